import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ClosedAddressError, sendRequest } from "./outgoing";

/** What names mean here. */
const NAMES: Readonly<Record<string, { address: string; family: number }[]>> = {
  "metadata.example": [{ address: "169.254.169.254", family: 4 }],
  "both.example": [
    { address: "127.0.0.1", family: 4 },
    { address: "fe80::1%2", family: 6 },
  ],
  "radio.example": [{ address: "127.0.0.1", family: 4 }],
};
vi.mock("node:dns", async (original) => ({
  ...(await original<typeof import("node:dns")>()),
  lookup: (name: string, _: object, done: (error: Error | null, found: unknown) => void) =>
    done(NAMES[name] ? null : new Error("ENOTFOUND"), NAMES[name]),
}));

const server = createServer((request, response) => response.end(request.headers.host));
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

const send = (host: string) => sendRequest(new URL(`http://${host}:${port}/`), { signal: AbortSignal.timeout(2_000) });

describe("what people type in", () => {
  it.each([
    ...["169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "100.100.100.200"],
    ...["[fe80::1]", "[febf::1]", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]"],
    ...["metadata.example", "both.example"],
  ])("is not asked where it is %s", async (host) => {
    await expect(send(host)).rejects.toThrow(ClosedAddressError);
  });

  it.each(["127.0.0.1", "[::ffff:127.0.0.1]", "radio.example"])("is asked where it is %s", async (host) => {
    const answer = await send(host);
    answer.destroy();
    expect(answer.statusCode).toBe(200);
  });

  it("is told to be unknown by whoever looks names up", async () => {
    await expect(send("nowhere.example")).rejects.toThrow("ENOTFOUND");
  });
});
