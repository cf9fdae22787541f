import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openLocalHost } from "../connect";
import { treeReader } from "../linux/tree-reader";
import { createPerfCounter, restAfter } from "./counter";
import { PERF_EVENTS } from "./events";
import { localPrograms } from "./programs";
import { readSituation } from "./situation";
import { valuesSince } from "./tally";

const soon = { timeout: 5_000, interval: 20 };
const QUICK = { cores: "all", intervalMs: 100 };
const NOTHING = new Map();

/** A counter on a machine whose perf is this shell script; `$FOLDER` holds what it writes down. */
function counterWith(script: string, rest: (failures: number) => number = () => 50, silenceMs = 60_000) {
  const folder = mkdtempSync(path.join(tmpdir(), "dozor-perf-"));
  const program = path.join(folder, "perf");
  writeFileSync(program, `#!/bin/sh\nFOLDER=${folder}\n${script}\n`);
  chmodSync(program, 0o755);
  const counter = createPerfCounter(treeReader({}), { programs: localPrograms([folder]), restAfter: rest, silenceMs });
  onTestFinished(async () => {
    await counter.close();
    rmSync(folder, { recursive: true });
  });
  const file = (name: string) => path.join(folder, name);
  const told = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), "utf8").trim().split("\n") : []);
  return { counter, told };
}

/** Counts 10 page faults in each interval of a tenth of a second. */
const COUNTS = `echo $$ >>$FOLDER/starts; echo "$LC_ALL $*" >$FOLDER/call; env >$FOLDER/environment
n=1; while sleep 0.05; do n=$((n + 1)); printf '%d.%d00000000,10,,page-faults,1,100.00,,\\n' $((n / 10)) $((n % 10)); done`;

const isAlive = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("counting", () => {
  it("asks for all events system-wide, in plain numbers, and hands on nothing of our environment", async () => {
    const { counter, told } = counterWith(COUNTS);
    counter.configure(QUICK);
    await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
    expect(told("call")).toEqual([`C stat -x , --log-fd 1 -I 100 -a -e ${PERF_EVENTS.join(",")} -- cat`]);
    const variables = told("environment").map((line) => line.split("=")[0]);
    expect(variables.filter((name) => !["LC_ALL", "PATH", "PWD", "OLDPWD", "SHLVL", "_"].includes(name ?? ""))).toEqual(
      [],
    );
    expect(valuesSince(counter.read()?.tallies ?? NOTHING, NOTHING).get("page-faults")?.value).toBe(10);
  });

  it("takes other cores and another interval at once, and ends when nobody wants it any more", async () => {
    const { counter, told } = counterWith(COUNTS);
    counter.configure(QUICK);
    await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
    const { run = 0 } = counter.read() ?? {};
    counter.configure({ cores: "0-1", intervalMs: 250 });
    expect(counter.read()).toMatchObject({ run: run + 1, cores: "0-1", intervalMs: 250, sampleTime: null });
    await expect.poll(() => told("call")[0], soon).toContain("-I 250 -C 0-1 -e");
    await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
    counter.configure({ cores: "0-1", intervalMs: 250 });
    expect(counter.read()?.run).toBe(run + 1);
    counter.configure(null);
    expect(counter.read()).toBeNull();
    await expect.poll(() => told("starts").map(Number).filter(isAlive), soon).toEqual([]);
    expect(told("starts")).toHaveLength(2);
  });

  it("starts perf again that was killed, and goes on with its sums", async () => {
    const { counter, told } = counterWith(COUNTS);
    counter.configure(QUICK);
    await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
    const before = counter.read()?.tallies.get("page-faults")?.count ?? 0;
    process.kill(Number(told("starts")[0]), "SIGKILL");
    await expect.poll(() => counter.read()?.trouble?.code, { timeout: 5_000, interval: 2 }).toBe("failed");
    await expect.poll(() => told("starts").length, soon).toBe(2);
    await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
    expect(counter.read()?.tallies.get("page-faults")?.count).toBeGreaterThan(before);
  });

  it("starts perf again that has fallen silent, and says so meanwhile", async () => {
    const once = `echo $$ >>$FOLDER/starts
if [ $(wc -l <$FOLDER/starts) -gt 1 ]; then ${COUNTS.slice(COUNTS.indexOf("\n") + 1)}; fi
echo 0.100000000,10,,page-faults,1,100.00,,; echo 0.200000000,10,,page-faults,1,100.00,,; exec sleep 600`;
    const { counter, told } = counterWith(once, () => 50, 200);
    counter.configure(QUICK);
    const codes = new Set<string | undefined>();
    const seen = () => codes.add(counter.read()?.trouble?.code);
    await expect.poll(() => seen().has("silent"), { timeout: 15_000, interval: 5 }).toBe(true);
    await expect.poll(() => told("starts").length, soon).toBeGreaterThanOrEqual(2);
    await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
    expect(isAlive(Number(told("starts")[0]))).toBe(false);
  });

  it("rests longer and longer where perf cannot count, and says why", async () => {
    const failures: number[] = [];
    const { counter } = counterWith(
      "echo 'Error:\nNo permission to enable cpu-clock event.' >&2; exit 255",
      (count) => {
        failures.push(count);
        return 1;
      },
    );
    counter.configure(QUICK);
    await expect.poll(() => failures.slice(0, 3), soon).toEqual([0, 1, 2]);
    expect(counter.read()?.trouble?.code).toBe("no_permission");
    expect([0, 1, 2, 8, 9, 100].map(restAfter)).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
  });

  it("goes on without an event whose name perf does not know", async () => {
    const { counter, told } = counterWith(`case "$*" in
*iTLB-loads*) echo "event syntax error: 'iTLB-loads'" >&2; exit 129;;
*" -e cpu-clock -- true") exit 0;;
*" -I "*) ${COUNTS};;
esac`);
    counter.configure(QUICK);
    await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
    const others = PERF_EVENTS.filter((event) => event !== "iTLB-loads");
    expect(told("call")[0]).toContain(`-e ${others.join(",")} --`);
  });

  it("needs no perf to say that there is none, or that a core is missing", async () => {
    const host = treeReader({ "/etc/os-release": "ID=debian\n", "/sys/devices/system/cpu/online": "0-1\n" });
    const counter = createPerfCounter(host, { programs: localPrograms([]) });
    onTestFinished(() => counter.close());
    counter.configure(QUICK);
    const remedy = "sudo apt-get install linux-perf";
    await expect.poll(() => counter.read()?.trouble, soon).toMatchObject({ code: "no_perf", remedy });
    const other = createPerfCounter({ ...host, kind: "library" });
    onTestFinished(() => other.close());
    other.configure(QUICK);
    await expect.poll(() => other.read()?.trouble?.code, soon).toBe("not_linux");
  });
});

it("counts on this machine, or knows exactly why not", async () => {
  const host = openLocalHost();
  onTestFinished(() => host.close());
  const counter = createPerfCounter(host);
  onTestFinished(() => counter.close());
  counter.configure(QUICK);
  await expect.poll(() => counter.read()?.trouble?.code ?? "none", { timeout: 15_000 }).not.toBe("starting");
  const { trouble, tallies = NOTHING } = counter.read() ?? {};
  const { perf } = await readSituation(host, localPrograms());
  if (perf === null)
    return expect(trouble).toMatchObject({ code: "no_perf", remedy: expect.stringMatching(/perf|linux-tools/) });
  if (trouble) return expect(trouble).toMatchObject({ code: "no_permission", remedy: expect.any(String) });
  // The clock of all processors: a second each second and processor.
  const online = (await host.text("/proc/stat"))?.match(/^cpu\d/gm)?.length ?? 0;
  const clock = valuesSince(tallies, NOTHING).get("cpu-clock");
  expect(clock?.perSecond).toBeGreaterThan(700 * online);
  expect(clock?.perSecond).toBeLessThan(1_400 * online);
  expect(valuesSince(tallies, NOTHING).get("context-switches")?.perSecond).toBeGreaterThan(0);
});
