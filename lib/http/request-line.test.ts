import { expect, it } from "vitest";
import { refusedRequestLine } from "./request-line";

it.each([
  ["GET", "/", null],
  ["HEAD", "/servers?x=1", null],
  ["DELETE", "/api/servers/a%2Fb", null],
  ["GET", "/servers/%D1%81?x=%E0%A4%A", null],
  ["GET", "/api/servers/%E0%A4%A/latest", 400],
  ["GET", "/%", 400],
  ["OPTIONS", "*", 400],
  ["GET", "*", 400],
  ["GET", "http://elsewhere.example/", 400],
  ["GET", "", 400],
  ["TRACE", "/", 405],
  ["PROPFIND", "/", 405],
  [undefined, undefined, 405],
])("%s %s: %s", (method, url, status) => {
  expect(refusedRequestLine({ method, url })).toBe(status);
});
