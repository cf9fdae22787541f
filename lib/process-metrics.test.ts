import { expect, it } from "vitest";
import { countQueueOperation, countRun, processMetrics } from "./process-metrics";

it("counts questions by how long they took, and failures by reason", async () => {
  countRun({ probe: "cpu", seconds: 0.002, reason: null });
  countRun({ probe: "cpu", seconds: 20, reason: "timeout" });
  const { runSeconds, runFailures } = processMetrics();
  const { values } = await runSeconds.get();
  const bucket = (le: number | string) => values.find(({ labels }) => "le" in labels && labels.le === le)?.value;
  expect([bucket(0.001), bucket(0.005), bucket(10), bucket(60), bucket("+Inf")]).toEqual([0, 1, 1, 2, 2]);
  expect((await runFailures.get()).values).toEqual([{ labels: { probe: "cpu", reason: "timeout" }, value: 1 }]);
});

it("is the same for every copy of this module in a process", async () => {
  const { webSockets } = processMetrics();
  webSockets.set(7);
  const again: typeof import("./process-metrics") = await import(`./process-metrics?${"again"}`);
  expect(again.processMetrics).not.toBe(processMetrics);
  expect((await again.processMetrics().webSockets.get()).values[0]?.value).toBe(7);
});

it("counts no queues without end: whoever makes channels and deletes them again costs no memory", async () => {
  for (let i = 0; i < 60_010; i += 1) countQueueOperation(`channel-${i}`, "add");
  countQueueOperation("channel-3", "add");
  const { values } = await processMetrics().queueOperations.get();
  expect(values).toHaveLength(60_000);
  expect(values[3]?.value).toBe(2);
});
