import { expect, test } from "vitest";
import { markRemote } from "./mark-remote";

const sent = () => ({
  host: "dozor.example",
  "x-dozor-remote": "127.0.0.1",
  "x-forwarded-for": "127.0.0.1",
  "x-forwarded-host": "evil.example",
  "x-forwarded-proto": "https",
  forwarded: "for=127.0.0.1",
});

test("a stranger's word about itself counts for nothing", () => {
  const headers = sent();
  markRemote(headers, { remote: "203.0.113.7", trusted: false });
  expect(headers).toEqual({ host: "dozor.example", "x-dozor-remote": "203.0.113.7" });
});

test("a proxy of ours is believed, but for its own address", () => {
  const headers = sent();
  markRemote(headers, { remote: "10.0.0.1", trusted: true });
  expect(headers).toEqual({ ...sent(), "x-dozor-remote": "10.0.0.1" });
});
