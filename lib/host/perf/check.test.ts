import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { perfUsabilitySchema } from "../perf-schema";
import { checkPerf } from "./check";
import { PERF_EVENTS } from "./events";
import { localPrograms } from "./programs";

function folderWith(script: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "dozor-perf-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, "perf"), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, "perf"), 0o755);
  return folder;
}

it("tells of each event whether it can be counted, and why not", async () => {
  const lines = ["12,,page-faults", "<not supported>,,cycles", "<not counted>,,branches"]
    .map((line) => `echo "$n.5,${line},1,100.00,,"`)
    .join("; ");
  const folder = folderWith(`n=0; while sleep 0.02; do n=$((n + 1)); ${lines}; done`);
  const { usable, path: program, trouble, events } = await checkPerf("all", localPrograms([folder]));
  expect({ usable, program, trouble }).toEqual({ usable: true, program: path.join(folder, "perf"), trouble: null });
  const reasons = Object.fromEntries(events.map(({ event, reason }) => [event, reason]));
  expect(reasons["page-faults"]).toBeNull();
  expect(reasons.cycles).toMatch(/cannot count/);
  expect(reasons.branches).toMatch(/in this interval/);
  expect(reasons["LLC-loads"]).toMatch(/no event of this name/);
});

it("says of all events the same where perf does not run", async () => {
  const { usable, trouble, events } = await checkPerf("all", localPrograms([]));
  expect(usable).toBe(false);
  expect(trouble?.code).toBe("no_perf");
  expect(events).toHaveLength(PERF_EVENTS.length);
  expect(new Set(events.map(({ available, reason }) => `${available} ${reason}`)).size).toBe(1);
});

it("finds out about this machine", async () => {
  const found = perfUsabilitySchema.omit({ enabled: true }).parse(await checkPerf("all"));
  if (found.usable) expect(found.events).toContainEqual({ event: "cpu-clock", available: true, reason: null });
  else expect(found.trouble?.code).toMatch(/^(no_perf|no_permission)$/);
});
