import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseClocks, parseLoadAverage, parsePhysicalCores, parseStat, readCpu } from "./cpu";
import { treeReader } from "./tree-reader";

const ONE_CORE = `cpu  100 1 50 800 9 0 3 2 20 1
cpu0 100 1 50 800 9 0 3 2 20 1
intr 12345 0 7 8
ctxt 67890
btime 1700000000
processes 100
procs_running 3
procs_blocked 1
softirq 1 2 3
`;

describe("parseStat", () => {
  it("reads a machine with one processor", () => {
    const stat = parseStat(ONE_CORE);
    const times = {
      user: 100,
      nice: 1,
      system: 50,
      idle: 800,
      iowait: 9,
      irq: 0,
      softirq: 3,
      steal: 2,
      guest: 20,
      guestNice: 1,
    };
    expect(stat).toEqual({
      total: times,
      cores: new Map([[0, times]]),
      interrupts: 12345,
      contextSwitches: 67890,
      running: 3,
      blocked: 1,
      forks: 100,
      bootedAt: 1_700_000_000,
    });
  });

  it("reads 256 processors, some offline, and an old kernel's short lines", () => {
    const numbers = Array.from({ length: 256 }, (_, core) => core).filter((core) => core !== 3);
    const lines = numbers.map((core) => `cpu${core} ${core} 0 0 9`);
    const { cores } = parseStat(`cpu  1 2 3 4\n${lines.join("\n")}\n`);
    expect(cores.size).toBe(255);
    expect(cores.has(3)).toBe(false);
    expect(cores.get(255)).toMatchObject({ user: 255, idle: 9, iowait: null, steal: null, guest: null });
  });

  it("leaves out what was cut off", () => {
    const stat = parseStat(ONE_CORE.slice(0, ONE_CORE.indexOf("67890") + 3));
    expect(stat.interrupts).toBe(12345);
    expect(stat).toMatchObject({ contextSwitches: null, running: null, blocked: null });
  });

  it("never throws, and never tells a number that the text does not hold", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(ONE_CORE.length), (garbage, cut) => {
        for (const text of [garbage, ONE_CORE.slice(0, cut), ONE_CORE.slice(0, cut) + garbage, garbage + ONE_CORE]) {
          const { interrupts, contextSwitches, running } = parseStat(text);
          for (const value of [interrupts, contextSwitches, running]) {
            if (value !== null) expect(text).toContain(String(value));
          }
          parseClocks(text);
          parsePhysicalCores(text);
          parseLoadAverage(text);
        }
      }),
    );
  });
});

describe("parseLoadAverage", () => {
  it.each([
    ["0.52 1.00 12.34 1/234 567\n", [0.52, 1, 12.34]],
    ["0.52 1.00\n", []],
    ["0.52 1.00 12.", []],
    ["a b c\n", []],
    [null, []],
  ])("%j gives %j", (text, expected) => {
    expect(parseLoadAverage(text)).toEqual(expected);
  });
});

const CPUINFO = [0, 1, 2, 3]
  .map(
    (core) =>
      `processor\t: ${core}\ncpu MHz\t\t: ${2100.4 + core}\nphysical id\t: 0\ncore id\t\t: ${core % 2}\nflags\t\t: fpu\n\n`,
  )
  .join("");

describe("parseClocks and parsePhysicalCores", () => {
  it("reads what /proc/cpuinfo tells on x86", () => {
    expect(parseClocks(CPUINFO)).toEqual([2100, 2101, 2102, 2103]);
    expect(parsePhysicalCores(CPUINFO)).toBe(2);
  });

  it("knows nothing on ARM, where neither is told", () => {
    const text = "processor\t: 0\nBogoMIPS\t: 50.00\n\nprocessor\t: 1\nBogoMIPS\t: 50.00\n\n";
    expect(parseClocks(text)).toEqual([]);
    expect(parsePhysicalCores(text)).toBeNull();
  });
});

describe("readCpu", () => {
  it("prefers the driver's clocks and counts physical cores by their siblings", async () => {
    const sys = "/sys/devices/system/cpu";
    const reading = await readCpu(
      treeReader({
        "/proc/stat": "cpu  1 2 3 4\ncpu0 1 2 3 4\ncpu1 1 2 3 4\n",
        [`${sys}/cpu0/cpufreq/scaling_cur_freq`]: "3400123\n",
        [`${sys}/cpu0/topology/thread_siblings_list`]: "0-1\n",
        [`${sys}/cpu1/topology/thread_siblings_list`]: "0-1\n",
      }),
    );
    expect(reading.frequencyMhz).toEqual([3400, null]);
    expect(reading.physicalCores).toBe(1);
    expect(reading.unavailable).toMatchObject({
      load_avg: expect.any(String),
      temperature_celsius: expect.any(String),
    });
  });

  it("takes a sensor per core, else one per package, else a thermal zone", async () => {
    const stat = { "/proc/stat": "cpu  1 2 3 4\ncpu0 1 2 3 4\n" };
    const hwmon = "/sys/class/hwmon/hwmon1";
    const intel = {
      ...stat,
      [`${hwmon}/name`]: "coretemp\n",
      [`${hwmon}/temp1_label`]: "Package id 0\n",
      [`${hwmon}/temp1_input`]: "61000\n",
      [`${hwmon}/temp2_label`]: "Core 0\n",
      [`${hwmon}/temp2_input`]: "55250\n",
      [`${hwmon}/temp10_label`]: "Core 8\n",
      [`${hwmon}/temp10_input`]: "250000\n",
    };
    const amd = { ...stat, [`${hwmon}/name`]: "k10temp\n", [`${hwmon}/temp1_input`]: "48500\n" };
    const zone = "/sys/class/thermal/thermal_zone0";
    const arm = { ...stat, [`${zone}/type`]: "cpu-thermal\n", [`${zone}/temp`]: "39000\n" };
    const other = { ...stat, [`${hwmon}/name`]: "nvme\n", [`${hwmon}/temp1_input`]: "35000\n" };
    const read = async (files: Record<string, string>) => (await readCpu(treeReader(files))).temperatureCelsius;
    expect(await read(intel)).toEqual([55.3, null]);
    expect(await read(amd)).toEqual([48.5]);
    expect(await read(arm)).toEqual([39]);
    expect(await read(other)).toEqual([]);
  });

  it("fails plainly without /proc/stat or without processors in it", async () => {
    await expect(readCpu(treeReader({}))).rejects.toMatchObject({ code: "read" });
    await expect(readCpu(treeReader({ "/proc/stat": "garbage\n" }))).rejects.toMatchObject({ code: "parse" });
  });
});
