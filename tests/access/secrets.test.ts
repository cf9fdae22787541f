import { describe, expect, it } from "vitest";
import { foundIn, newSecret } from "./secrets";

const secret = newSecret("one");

describe("foundIn", () => {
  it.each<[string, (text: string) => string | Buffer]>([
    ["as it is", (text) => `password=${text}!`],
    ["in JSON", (text) => JSON.stringify({ password: text })],
    ["in an address", (text) => encodeURIComponent(text)],
    ["as hex", (text) => Buffer.from(`a${text}`).toString("hex")],
    ["as base64", (text) => Buffer.from(`user:${text}`).toString("base64")],
    ["as base64, one further", (text) => Buffer.from(`users:${text}`).toString("base64")],
    ["as base64url, two further", (text) => Buffer.from(`user.s:${text}x`).toString("base64url")],
    ["in bytes", (text) => Buffer.concat([Buffer.alloc(9), Buffer.from(text), Buffer.alloc(9)])],
  ])("finds a secret %s", (_form, written) => {
    expect(foundIn(written(secret.text), [secret, newSecret("other")])).toEqual(["one"]);
  });
});
