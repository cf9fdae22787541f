import { userInfo } from "node:os";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostReader } from "../../probe";
import { LinuxReader } from "../linux-reader";
import { processes as probe } from "../probes/processes";
import { parseIo, parseProcess, parseUser, parseUsers, readProcesses } from "./processes";
import { treeReader } from "./tree-reader";

interface Stat {
  pid: number;
  command: string;
  flags?: number;
  user?: number;
  system?: number;
  threads?: number;
  start?: number;
  pages?: number;
}

/** A line of /proc/PID/stat with the fields of the manual up to 25. */
function statOf({
  pid,
  command,
  flags = 4194560,
  user = 0,
  system = 0,
  threads = 1,
  start = 50,
  pages = 10,
}: Stat): string {
  const fields = [
    "S",
    1,
    pid,
    pid,
    0,
    -1,
    flags,
    1,
    2,
    3,
    4,
    user,
    system,
    7,
    8,
    20,
    0,
    threads,
    0,
    start,
    9000,
    pages,
  ];
  return `${pid} (${command}) ${fields.join(" ")} 18446744073709551615\n`;
}

const STAT = statOf({ pid: 4711, command: "postgres", user: 150, system: 50, threads: 3, start: 1234, pages: 25 });

function host(files: Record<string, string>): HostReader {
  const tree = treeReader(files);
  return { ...tree, once: (paths) => Promise.all(paths.map((path) => tree.text(path))) };
}

const treeOf = (...list: Stat[]): Record<string, string> => ({
  "/proc/uptime": "100.00 300.00\n",
  "/proc/meminfo": "",
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\npostgres:x:70:70::/var/lib:/bin/sh\n",
  ...Object.fromEntries(
    list.flatMap((one) => [
      [`/proc/${one.pid}/stat`, statOf(one)],
      [`/proc/${one.pid}/status`, `Name:\t${one.command}\nUid:\t0\t70\t0\t0\n`],
      [`/proc/${one.pid}/io`, "rchar: 9\nread_bytes: 4096\nwrite_bytes: 0\n"],
    ]),
  ),
});

describe("parseProcess", () => {
  it("reads times, threads, start and memory by the fields of the manual", () => {
    expect(parseProcess(STAT, 4096)).toEqual({
      ...{ pid: 4711, command: "postgres", group: "postgres", startTicks: 1234 },
      ...{ cpuTicks: 200, threads: 3, rssBytes: 25 * 4096 },
    });
  });

  it.each([
    ["(sd-pam)", "(sd-pam)"],
    ["a) R 1 2", "a) R 1 2"],
    ["tmux: server", "tmux: server"],
    ["two\nlines", "two?lines"],
    ["\u202Eevil\u0007", "?evil?"],
    ["пример", "пример"],
    ["", "?"],
  ])("takes %j for a name like any other", (command, told) => {
    expect(parseProcess(statOf({ pid: 5, command, user: 8 }), 4096)).toMatchObject({
      pid: 5,
      command: told,
      cpuTicks: 8,
    });
  });

  it("counts threads of the kernel as one, under their own names where one is listed", () => {
    const thread = statOf({ pid: 33, command: "kworker/0:1-events", flags: 69238880 });
    expect(parseProcess(thread, 4096)).toMatchObject({ command: "kworker/0:1-events", group: "(kernel)" });
  });

  it("makes nothing of what is cut or garbage", () => {
    fc.assert(
      fc.property(fc.nat(STAT.length - 1), fc.string(), (cut, garbage) => {
        expect(parseProcess(STAT.slice(0, cut), 4096)).toBeNull();
        expect(parseProcess(`${garbage}\n`, 4096)).toBeNull();
      }),
    );
  });
});

describe("what is asked of those that use most", () => {
  const users = parseUsers(
    "root:x:0:0:r:/:/bin/sh\n# note\nbad line\ntoor:x:0:0::/:\nlong:x:99999999999:1::/:\nno:x:7",
  );

  it("names users, the first of several for one number, and whole lines only", () => {
    expect([...users]).toEqual([[0, "root"]]);
    expect([...parseUsers("a\u0000\u202Eb:x:5:5::/:\n").values()]).toEqual(["a??b"]);
  });

  it.each([
    ["the effective one", "Name:\tx\nUid:\t1000\t0\t0\t0\nGid:\t5\n", "root"],
    ["a number without a name", "Uid:\t0\t1000\t0\t0\n", "1000"],
    ["none of a cut file", "Name:\tx\nUid:\t0\t10", null],
    ["none of garbage", "Uid:\tx\ty\n", null],
    ["none of an ended process", "", null],
  ])("tells the user: %s", (_case, status, expected) => {
    expect(parseUser(status, users)).toBe(expected);
  });

  it("tells what reached a disk, or nothing", () => {
    expect(parseIo("rchar: 5\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 1\n")).toEqual({
      readBytes: 4096,
      writeBytes: 8192,
    });
    expect(parseIo("rchar: 5\nread_bytes: 4096\nwrite_byt")).toBeNull();
  });
});

describe("readProcesses", () => {
  it("asks users, and what is read and written, of those that use most alone", async () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ pid: at + 1, command: `worker${at}`, pages: at }));
    const { processes } = await readProcesses(host(treeOf(...many)));
    const asked = processes?.filter(({ more }) => more !== undefined) ?? [];
    expect(asked.map(({ pid }) => pid).sort((a, b) => a - b)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    expect(asked[0]?.more).toEqual({ user: "postgres", io: { readBytes: 4096, writeBytes: 0 } });
  });

  it("does not ask again what was refused, and says why it is missing", async () => {
    const files = treeOf({ pid: 1, command: "init" });
    delete files["/proc/1/io"];
    const machine = host(files);
    const first = await readProcesses(machine);
    expect(first.unavailable.io).toMatch("CAP_SYS_PTRACE");
    const asked: string[] = [];
    const again = { ...machine, once: machine.once?.bind(machine) };
    machine.once = async (paths) => {
      asked.push(...paths);
      return (await again.once?.(paths)) ?? [];
    };
    expect((await readProcesses(machine)).unavailable.io).toMatch("CAP_SYS_PTRACE");
    expect(asked).toEqual(["/proc/1/stat", "/proc/1/status"]);
  });

  it.each([
    ["no processes", {}, "shows no processes"],
    ["only garbage", { "/proc/7/stat": "garbage" }, "shows no processes"],
    [
      "more than it may ask for",
      Object.fromEntries(Array.from({ length: 5001 }, (_, at) => [`/proc/${at + 1}/stat`, ""])),
      "more than 5,000",
    ],
  ])("gives a reason, no numbers, where there are %s", async (_case, files, reason) => {
    const { processes, unavailable } = await readProcesses(host(files));
    expect(processes).toBeNull();
    expect(unavailable.cpu_percent).toMatch(reason);
  });

  it("asks for no hundreds of files where the way to the machine does not offer it", async () => {
    expect((await readProcesses(treeReader(treeOf({ pid: 1, command: "init" })))).processes).toBeNull();
  });

  it("tells no totals where only the account's own processes are shown", async () => {
    const reading = await readProcesses(host(treeOf({ pid: 900, command: "node" })));
    expect(reading.unavailable.processes).toMatch("hidepid");
    const { rows } = probe.rows(reading, undefined, 0);
    expect(rows[0]).toEqual({ labels: {}, values: { processes: null, threads: null } });
    expect(rows[1]?.labels).toEqual({ command: "node" });
  });
});

describe("a machine that lies", () => {
  const odd = fc.string({
    unit: fc.constantFrom("a", "9", "(", ")", " ", ":", "\n", "\u0000", "\u202E", "é"),
    maxLength: 15,
  });
  const garbage = fc.oneof(fc.string(), odd, fc.constantFrom("", "\n", "Uid:\t-1\t99999999999999\n"));
  const stat = fc
    .record({
      command: odd,
      user: fc.bigInt(0n, 2n ** 66n),
      pages: fc.maxSafeNat(),
    })
    .map(({ command, user, pages }) => statOf({ pid: 1, command, user: Number(user), pages }));
  const cut = fc.tuple(stat, fc.nat(200)).map(([text, length]) => text.slice(0, length));
  const machine = fc.array(fc.record({ stat: fc.oneof(stat, cut, garbage), status: garbage, io: garbage }), {
    maxLength: 40,
  });

  it("gets numbers or none, ten listed and 200 names at most, and no exception", async () => {
    await fc.assert(
      fc.asyncProperty(machine, machine, garbage, garbage, async (first, second, uptime, passwd) => {
        const files: Record<string, string> = { "/proc/uptime": uptime, "/etc/passwd": passwd };
        const put = (list: typeof first) => {
          for (const [at, one] of list.entries()) {
            for (const [name, text] of Object.entries(one)) files[`/proc/${at + 1}/${name}`] = text;
          }
        };
        const reader = host(files);
        put(first);
        const before = await readProcesses(reader);
        put(second);
        const { rows, facts = {} } = probe.rows(await readProcesses(reader), before, 10);
        for (const { values } of rows) {
          for (const value of Object.values(values)) if (value !== null) expect(value).toBeGreaterThanOrEqual(0);
        }
        expect(rows.length).toBeLessThanOrEqual(202);
        for (const list of Object.values(facts)) expect((list as unknown[]).length).toBeLessThanOrEqual(10);
        expect(JSON.stringify([rows, facts])).not.toMatch(/\\u00[01]|\\n/);
      }),
      { numRuns: 60 },
    );
  });
});

describe.runIf(process.platform === "linux")("this machine's processes", () => {
  it("agree with what Node knows of its own", async () => {
    const machine = new LinuxReader();
    const used = () => Object.values(process.cpuUsage()).reduce((sum, microseconds) => sum + microseconds / 1e6, 0);
    const before = used();
    const { processes = [], unavailable } = await readProcesses(machine);
    const after = used();
    const own = processes?.find(({ pid }) => pid === process.pid);
    const seconds = (own?.cpuTicks ?? 0) / machine.ticksPerSecond;
    expect(seconds).toBeGreaterThan(before - 0.05);
    expect(seconds).toBeLessThan(after + 0.05);
    expect((own?.rssBytes ?? 0) / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    expect(own?.threads).toBeGreaterThan(1);
    expect(unavailable.cpu_percent).toBeUndefined();
    const [status, io, passwd] = await machine.once(["/proc/self/status", "/proc/self/io", "/etc/passwd"]);
    expect(parseUser(status ?? "", parseUsers(passwd ?? ""))).toBe(userInfo().username);
    expect(parseIo(io ?? "")?.writeBytes).toBeGreaterThanOrEqual(0);
    await machine.close();
  });
});
