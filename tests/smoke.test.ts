// What `npm run smoke` says where its token is not good enough.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("ends at once and says what its token lacks, rather than wait for a channel that it may not see", async () => {
  const dozor = createServer(({ method }, response) => {
    response.writeHead(method === "GET" ? 403 : 200, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(dozor, "listening");
  const { port } = dozor.address() as AddressInfo;
  const env = { ...process.env, DOZOR_URL: `http://127.0.0.1:${port}`, DOZOR_TOKEN: "dzr_writes_only" };
  const smoke = promisify(execFile)(process.execPath, ["scripts/smoke.mjs"], { env, timeout: 10_000 });
  await expect(smoke).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/403[\s\S]*scopes read and streams:write/),
  });
  dozor.closeAllConnections();
  dozor.close();
});
