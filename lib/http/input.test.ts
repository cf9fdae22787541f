import { expect, it } from "vitest";
import { z } from "zod";
import { BODY_LIMIT_BYTES, fieldsOf, PUBLIC_BODY_LIMIT_BYTES, parseInput, readBody } from "./input";

it("gives a field once as a text and more often as a list, whatever its name", () => {
  expect(fieldsOf(new URLSearchParams("a=1&b=2&a=3&a=4&__proto__=5&constructor="))).toEqual(
    Object.fromEntries([
      ["a", ["1", "3", "4"]],
      ["b", "2"],
      ["__proto__", "5"],
      ["constructor", ""],
    ]),
  );
});

it("reads the largest form of the smallest fields in no time that others would notice", async () => {
  const names: string[] = [];
  for (let size = 0; size < BODY_LIMIT_BYTES - 10; size += (names.at(-1)?.length ?? 0) + 1) {
    names.push(names.length.toString(36));
  }
  const request = new Request("http://localhost/api/token", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: names.join("&"),
  });
  const began = performance.now();
  const { value } = await readBody(request, { form: true });
  expect(Object.keys(value as object)).toHaveLength(names.length);
  // Looking through all fields for each of them took ten minutes.
  expect(performance.now() - began).toBeLessThan(5_000);
}, 60_000);

it("takes less of whoever has not shown who they are", async () => {
  const request = (size: number) =>
    new Request("http://localhost/api/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `${" ".repeat(size - 1)}1`,
    });
  const limit = PUBLIC_BODY_LIMIT_BYTES;
  await expect(readBody(request(limit), { limit })).resolves.toMatchObject({ value: 1 });
  await expect(readBody(request(limit + 1), { limit })).rejects.toMatchObject({ code: "too_large" });
});

it("refuses what the database cannot hold as it came, at any depth and in names too", () => {
  const anything = z.record(z.string(), z.unknown());
  const refused = (input: unknown) => expect(() => parseInput(anything, input, "body"));
  for (const text of ["a\0", "a\ud800b", "\udc00"]) {
    refused({ name: text }).toThrow("not valid");
    refused({ list: [{ name: text }] }).toThrow("not valid");
    refused({ [text]: 1 }).toThrow("not valid");
  }
  expect(parseInput(anything, { name: "😀" }, "body")).toEqual({ name: "😀" });
});

it("refuses what is nested without end, however deep", () => {
  const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
  const schema = z.record(z.string(), z.unknown());
  expect(() => parseInput(schema, { thresholds: nested(31) }, "body")).not.toThrow();
  for (const levels of [32, 500_000]) {
    expect(() => parseInput(schema, { thresholds: nested(levels) }, "body")).toThrow("not valid");
  }
});

const multipart = (form: FormData) => new Request("http://localhost/api/x", { method: "POST", body: form });

it("reads a form with a file where that is allowed, and nowhere else", async () => {
  const form = new FormData();
  form.append("name", "old");
  form.append("name", "Schlüssel");
  form.append("file", new File(["-----BEGIN\n"], "id_ed25519"));
  const { value, text } = await readBody(multipart(form), { multipart: true });
  expect(value).toEqual({ name: "Schlüssel", file: "-----BEGIN\n" });
  expect((await readBody(multipart(form), { multipart: true })).text).toBe(text);
  await expect(readBody(multipart(form), {})).rejects.toMatchObject({ code: "bad_request" });
});

it("refuses a form that is none, and one that is too large", async () => {
  const broken = (type: string) =>
    new Request("http://localhost/api/x", { method: "POST", headers: { "content-type": type }, body: "--x\r\nno" });
  for (const type of ["multipart/form-data; boundary=x", "multipart/form-data"]) {
    await expect(readBody(broken(type), { multipart: true })).rejects.toMatchObject({ code: "bad_request" });
  }
  const form = new FormData();
  form.append("file", "x".repeat(2_000));
  await expect(readBody(multipart(form), { multipart: true, limit: 2_000 })).rejects.toMatchObject({
    code: "too_large",
  });
});
