import { expect, it } from "vitest";
import { detailOf } from "./event-detail";

const telling = {
  code: (code: string) => `<${code}>`,
  number: (value: number) => `#${value}`,
  kbps: (value: number) => `${value}k`,
};

it.each([
  [{}, ""],
  [{ on: true }, "<on>"],
  [{ on: false }, "<off>"],
  [{ count: 1_512 }, "#1512"],
  [{ size: 0 }, "#0"],
  [{ seconds: 122.4 }, "2:02"],
  [{ reason: "no_listeners" }, "<no_listeners>"],
  [{ reason: "the hall closes" }, "the hall closes"],
  [{ operation: "priority_add", track: { title: "add", duration_s: 9 } }, "<priority_add>, add"],
  [{ bitrate_kbps: 128, codec: "MP3" }, "128k, MP3"],
  [{ message: "clear", track: null }, "clear"],
])("tells %j", (data, told) => {
  expect(detailOf({ id: 1, event: "any", ts: "", data }, telling)).toBe(told);
});
