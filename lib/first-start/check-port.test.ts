import { createServer } from "node:net";
import { expect, test } from "vitest";
import { checkPort, explainListenError } from "./check-port";

test("a port in use is named; a free one stays free", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
  const at = { host: "127.0.0.1", port };
  await expect(checkPort(at)).rejects.toThrow(`PORT ${port} on 127.0.0.1 is in use by another program.`);
  await expect(checkPort(at, "METRICS_LISTEN")).rejects.toThrow(
    `METRICS_LISTEN: 127.0.0.1:${port} cannot be listened on (EADDRINUSE).`,
  );
  await new Promise((resolve) => server.close(resolve));
  await checkPort(at);
  await checkPort(at);
});

test("a host that is none of ours is named", async () => {
  await expect(checkPort({ host: "192.0.2.1", port: 0 })).rejects.toThrow(
    "HOST 192.0.2.1 is no address of this machine.",
  );
});

test("a privileged port", () => {
  const error = Object.assign(new Error("listen EACCES"), { code: "EACCES" });
  expect(String(explainListenError(error, { host: "::1", port: 80 }))).toContain(
    "PORT 80 may not be opened by this user",
  );
});

test("anything else stays as it is", () => {
  const error = new Error("other");
  expect(explainListenError(error, { host: "::1", port: 80 })).toBe(error);
});
