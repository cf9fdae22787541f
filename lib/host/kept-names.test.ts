import { expect, it } from "vitest";
import { KeptNames, MOST_NAMES } from "./kept-names";

const HOUR = 3_600_000;

it("keeps a name that has led once, also while others lead", () => {
  const names = new KeptNames();
  names.keep(["postgres"], ["postgres", "cron"], 0);
  expect([...names.keep(["tar"], ["postgres", "tar"], 1000)]).toEqual(["postgres", "tar"]);
});

it("keeps no more than 200 of a machine that makes names up, until some have not run for a day", () => {
  const names = new KeptNames();
  for (let at = 0; at < 1000; at++) names.keep([`job${at}`], [`job${at}`, "postgres"], at * 1000);
  const full = names.keep(["new"], ["new"], 23 * HOUR);
  expect(full.size).toBe(MOST_NAMES);
  expect(full.has("new")).toBe(false);
  expect(full.has("job0")).toBe(true);
  const later = names.keep(["new"], ["job0", "new"], 25 * HOUR);
  expect(later.size).toBe(MOST_NAMES);
  expect([later.has("new"), later.has("job0"), later.has("job1")]).toEqual([true, true, false]);
});
