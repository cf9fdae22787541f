import { describe, expect, it } from "vitest";
import { algorithmsFor, trustOf } from "./host-key";
import { blobFrom, textOf } from "./public-key";

const blob = (byte: number) => blobFrom(["ssh-ed25519", Buffer.alloc(32, byte)]);
const ALL = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ssh-rsa",
];

describe("algorithmsFor", () => {
  it.each([
    [[], ["ssh-ed25519"]],
    [["ssh-rsa AAAA"], ["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"]],
    [["ecdsa-sha2-nistp384 AAAA"], ["ecdsa-sha2-nistp384", "ssh-ed25519"]],
    [
      ["ecdsa-sha2-nistp521 A", "ssh-rsa A"],
      ["ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"],
    ],
  ])("of %j begin with theirs, hold all, and end with SHA-1", (confirmed, first) => {
    const algorithms = algorithmsFor(confirmed);
    expect(algorithms.slice(0, first.length)).toEqual(first);
    expect([...algorithms].sort()).toEqual([...ALL].sort());
    expect(algorithms.at(-1)).toBe("ssh-rsa");
  });
});

describe("trustOf", () => {
  it.each([
    [[], "unknown"],
    [[textOf(blob(1))], "trusted"],
    [[`${textOf(blob(1))} comment`], "trusted"],
    [[textOf(blob(2)), textOf(blob(1))], "trusted"],
    [[textOf(blob(2))], "changed"],
    [["nonsense", "ssh-ed25519", ""], "changed"],
    [[`ssh-rsa ${blob(1).toString("base64")}`], "changed"],
  ])("with %j confirmed: %s", (confirmed, trust) => {
    expect(trustOf(blob(1), confirmed)).toBe(trust);
  });
});
