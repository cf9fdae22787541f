import { expect, it } from "vitest";
import { timeWindow } from "@/components/charts/time-window";
import { hostQueries } from "./host-queries";

const window = timeWindow({}, 1_772_366_400);
const commandsOf = (data: unknown) =>
  hostQueries(window, { processes: { ts: "2026-03-01T12:00:00.000Z", data } }).find(({ name }) => name === "commands");

it("asks for the commands that lead now, whatever their names", () => {
  const commands = { postgres: { cpu_percent: 3, rss_bytes: 5 }, 'a"b,{c}': { cpu_percent: 0, rss_bytes: 9 } };
  expect(commandsOf({ commands })?.metrics).toEqual([
    'processes.cpu_percent{command="postgres"}',
    'processes.rss_bytes{command="a\\"b,{c}"}',
    'processes.rss_bytes{command="postgres"}',
  ]);
});

it("asks for all before anything is known, and for none that the machine does not tell", () => {
  expect(commandsOf(undefined)?.metrics).toEqual(["processes.cpu_percent", "processes.rss_bytes"]);
  expect(commandsOf({ commands: {}, unavailable: { rss_bytes: "told by Linux only" } })).toBeUndefined();
});
