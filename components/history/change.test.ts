import { expect, it } from "vitest";
import { changeOf } from "./change";

it.each([
  { metric: "cpu.usage_percent", percent: 12.34, text: "+12.3%", direction: "up", tone: "neutral" },
  { metric: "cpu.usage_percent", percent: -1_234.6, text: "−1,235%", direction: "down", tone: "neutral" },
  { metric: "disk.read_latency_ms", percent: 50, text: "+50%", direction: "up", tone: "bad" },
  { metric: "disk.read_latency_ms", percent: -50, text: "−50%", direction: "down", tone: "good" },
  { metric: "disk.read_latency_ms", percent: 2, text: "+2%", direction: "up", tone: "neutral" },
  { metric: "databases.cache_hit_percent", percent: -20, text: "−20%", direction: "down", tone: "bad" },
  { metric: "cpu.iowait", percent: 0.04, text: "0%", direction: "none", tone: "neutral" },
  { metric: "cpu.iowait", percent: null, text: "–", direction: "unknown", tone: "neutral" },
])("$percent % of $metric is $text, $tone", ({ metric, percent, ...expected }) => {
  expect(changeOf(metric, percent, "en")).toEqual(expected);
});
