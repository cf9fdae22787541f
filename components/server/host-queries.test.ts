import { expect, it } from "vitest";
import { timeWindow } from "@/components/charts/time-window";
import { hostQueries } from "./host-queries";

it("asks for the interfaces that lead now, and for all before any is known", () => {
  const interfaces = Object.fromEntries(
    ["lo", "eth0", "eth1", "eth2", "eth3", "eth4"].map((name, index) => [
      name,
      { bytes_recv_per_sec: index * 10, bytes_sent_per_sec: 0 },
    ]),
  );
  const asked = (data: unknown) =>
    hostQueries(window, { network: { ts: "2026-03-01T12:00:00.000Z", data } }).find(
      ({ name }) => name === "interfaces",
    );
  const received = asked({ interfaces })?.metrics.filter((metric) => metric.startsWith("network.bytes_recv"));
  expect(received).toEqual(
    ["eth4", "eth3", "eth2", "eth1"].map((name) => `network.bytes_recv_per_sec{interface="${name}"}`),
  );
  expect(asked(undefined)?.metrics).toContain("network.bytes_recv_per_sec");
});

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
