import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Fare, PERF_EVENTS, type PerfEvent } from "./events";
import type { Situation } from "./situation";
import { noCounters, noPerf, noSuchCore, troubleOf } from "./trouble";

const HERE: Situation = {
  perf: { path: "/usr/bin/perf", isScript: false },
  paranoid: 2,
  kernel: "6.1.0-18-amd64",
  online: "0-3",
  systems: ["debian"],
  container: null,
  noNewPrivileges: false,
  maker: "",
};

/** What perf 6.1 writes without rights. */
const LIMITED = `Error:
Access to performance monitoring and observability operations is limited.
Consider adjusting /proc/sys/kernel/perf_event_paranoid setting to open
access to performance monitoring and observability operations for processes
without CAP_PERFMON, CAP_SYS_PTRACE or CAP_SYS_ADMIN Linux capability.`;

describe("perf is missing", () => {
  it.each([
    [["debian"], "6.1.0-18-amd64", "sudo apt-get install linux-perf"],
    [["ubuntu", "debian"], "5.15.0-97-generic", "sudo apt-get install linux-tools-5.15.0-97-generic"],
    [["rocky", "rhel", "centos", "fedora"], "5.14.0", "sudo dnf install perf"],
    [["opensuse-leap", "suse"], "", "sudo zypper install perf"],
    [["alpine"], "", "sudo apk add perf"],
    [["arch"], "", "sudo pacman -S perf"],
    [["something"], "", null],
  ])("on %j %s: %s", (systems, kernel, remedy) => {
    expect(noPerf({ ...HERE, systems, kernel })).toMatchObject({ code: "no_perf", remedy });
  });

  it("knows a script that has no perf for this kernel", () => {
    const complaint = `WARNING: perf not found for kernel 5.15.0-97

  You may need to install the following packages for this specific kernel:
    linux-tools-5.15.0-97-generic`;
    const ubuntu = { ...HERE, systems: ["ubuntu"], kernel: "5.15.0-97-generic" };
    const remedy = "sudo apt-get install linux-tools-5.15.0-97-generic";
    expect(troubleOf(complaint, ubuntu)).toMatchObject({ code: "no_perf", remedy });
  });
});

describe("rights are missing", () => {
  it("and setcap gives none to a service with NoNewPrivileges: its unit does, as the documentation has it", () => {
    const { remedy } = troubleOf(LIMITED, { ...HERE, noNewPrivileges: true });
    const commands = remedy?.replaceAll("sudo ", "").split(" && ") ?? [];
    expect(commands).toHaveLength(3);
    const told = readFileSync("docs/install-systemd.md", "utf8");
    expect(commands.filter((command) => !told.includes(command))).toEqual([]);
    const { remedy: older } = troubleOf(LIMITED, { ...HERE, noNewPrivileges: true, kernel: "5.4.0-1" });
    expect(older).toMatch(/^sudo sysctl -w kernel\.perf_event_paranoid=0 .*SystemCallFilter/);
  });

  it.each<[string, Partial<Situation>, string]>([
    ["a program of its own", {}, "sudo setcap cap_perfmon+ep /usr/bin/perf"],
    ["before Linux 5.8", { kernel: "5.4.0-1" }, "sudo sysctl -w kernel.perf_event_paranoid=0"],
    ["a script", { perf: { path: "/usr/bin/perf", isScript: true } }, "sudo sysctl -w kernel.perf_event_paranoid=0"],
    ["a container, whatever else", { container: "docker", noNewPrivileges: true }, "docker run --cap-add PERFMON …"],
    ["docker", { container: "docker" }, "docker run --cap-add PERFMON …"],
    ["kubernetes", { container: "kubernetes" }, 'securityContext: {capabilities: {add: ["PERFMON"]}}'],
  ])("%s", (_, change, remedy) => {
    expect(troubleOf(LIMITED, { ...HERE, ...change })).toMatchObject({
      code: "no_permission",
      message: expect.stringContaining("perf_event_paranoid is 2"),
      remedy,
    });
  });

  it.each([
    "You may not have permission to collect system-wide stats.",
    "Error:\nNo permission to enable cpu-clock event.",
    "perf: Operation not permitted",
  ])("also as older ones say it: %s", (complaint) => {
    expect(troubleOf(complaint, HERE).code).toBe("no_permission");
  });
});

it("repeats the first thing that perf said where it is something else", () => {
  expect(troubleOf("Error:\nToo many events are opened.\nTry again", HERE)).toEqual({
    code: "failed",
    message: "perf ended: Too many events are opened.",
    remedy: null,
  });
  expect(troubleOf("", HERE).message).toBe("perf ended without a word");
});

describe("no counters of the processor", () => {
  const fares = (of: (event: PerfEvent) => Fare) => new Map(PERF_EVENTS.map((event) => [event, of(event)]));
  const software = ["cpu-clock", "context-switches", "cpu-migrations", "page-faults"];
  const none = fares((event) => (software.includes(event) ? "counted" : "not supported"));

  it.each([
    ["QEMU", /virt-xml .* host-passthrough/],
    ["VMware, Inc.", /vpmc\.enable/],
    ["Microsoft Corporation", /Set-VMProcessor/],
  ])("in a machine of %s", (maker, remedy) => {
    const trouble = noCounters(none, { ...HERE, maker });
    expect(trouble?.code).toBe("no_pmu");
    expect(trouble?.remedy).toMatch(remedy);
  });

  it("is said without a command where no one would do, and not at all where one event is counted", () => {
    expect(noCounters(none, HERE)).toMatchObject({ code: "no_pmu", remedy: null });
    expect(noCounters(new Map(none).set("instructions", "counted"), HERE)).toBeNull();
    expect(noCounters(new Map(none).set("cycles", "not counted"), HERE)).toBeNull();
    expect(noCounters(new Map(), HERE)).toBeNull();
  });
});

it.each([
  ["all", "0-3", false],
  ["0-3", "0-3", false],
  ["1,3", "0-3", false],
  ["4", "0-3", true],
  ["0-7", "0-3", true],
  ["2", "0-1,4-7", true],
  ["5-6", "0-1,4-7", false],
  ["9", "", false],
])("cores %s of %j: missing %s", (cores, online, missing) => {
  expect(noSuchCore(cores, { ...HERE, online })?.code).toBe(missing ? "no_such_core" : undefined);
});
