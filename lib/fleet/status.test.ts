import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveSsh, deriveStatus, isStale, type ProbeRun, type StatusInput } from "./status";

const NOW = Date.UTC(2026, 0, 1, 12);
const secondsAgo = (seconds: number) => NOW - seconds * 1000;

function run(probe: string, over: Partial<ProbeRun> = {}): ProbeRun {
  const facet = ["cpu", "memory", "disk", "network"].includes(probe) ? "host" : "postgres";
  return {
    probe,
    facet,
    intervalSeconds: facet === "host" ? 5 : 15,
    lastRunAt: secondsAgo(3),
    nextRunAt: NOW + 2_000,
    lastSuccessAt: secondsAgo(3),
    outcome: "ok",
    code: null,
    message: null,
    ...over,
  };
}

const failing = (code: string, over: Partial<ProbeRun> = {}): Partial<ProbeRun> => ({
  outcome: "failed",
  code,
  message: `message of ${code}`,
  lastSuccessAt: secondsAgo(600),
  ...over,
});
const never: Partial<ProbeRun> = { lastRunAt: null, nextRunAt: null, lastSuccessAt: null, outcome: null };
const slow = { intervalSeconds: 1800 };
const lacking: Partial<ProbeRun> = { code: "permission", message: "grant it pg_monitor" };

function status(probes: ProbeRun[], over: Partial<StatusInput> = {}) {
  return deriveStatus({ enabled: true, hasPostgres: true, probes, now: NOW, ...over });
}

describe("deriveStatus", () => {
  it.each<[string, ProbeRun[], Partial<StatusInput>, string, string | null]>([
    ["nothing configured has run", [], {}, "unknown", "not_collected"],
    ["planned but not asked yet", [run("instance", never)], {}, "unknown", "not_collected"],
    ["everything answers", [run("instance"), run("activity"), run("cpu")], {}, "up", null],
    ["nothing to say is an answer", [run("instance", { outcome: "nothing" })], {}, "up", null],
    ["paused, whatever was collected", [run("instance", failing("refused"))], { enabled: false }, "paused", null],
    [
      "cannot connect",
      [run("instance", failing("refused")), run("activity", failing("refused"))],
      {},
      "down",
      "refused",
    ],
    [
      "an old answer of a slow probe does not hide that connecting fails",
      [run("instance", failing("dns")), run("sizes", { ...slow, lastSuccessAt: secondsAgo(900) })],
      {},
      "down",
      "dns",
    ],
    ["the machine cannot save the database", [run("instance", failing("auth")), run("cpu")], {}, "down", "auth"],
    [
      "one of the probes times out",
      [run("instance"), run("activity", failing("timeout")), run("databases")],
      {},
      "degraded",
      "timeout",
    ],
    ["it answers, but forbids all", [run("instance", failing("permission"))], {}, "degraded", "permission"],
    ["a right is missing, the rest is told", [run("instance"), run("activity", lacking)], {}, "degraded", "permission"],
    [
      "a failure says more than a missing right",
      [run("activity", lacking), run("databases", failing("timeout"))],
      {},
      "degraded",
      "timeout",
    ],
    ["only a slow probe fails", [run("instance"), run("sizes", { ...slow, ...failing("sql") })], {}, "degraded", "sql"],
    ["a slow probe has not run yet", [run("instance"), run("sizes", { ...slow, ...never })], {}, "up", null],
    [
      "PostgreSQL answers, the machine does not",
      [run("instance"), run("cpu", failing("read"))],
      {},
      "degraded",
      "read",
    ],
    ["the machine was not read yet", [run("instance"), run("cpu", never)], {}, "up", null],
    [
      "last success older than 3 intervals",
      [run("instance", { lastRunAt: secondsAgo(46), lastSuccessAt: secondsAgo(46) })],
      {},
      "unknown",
      "stale",
    ],
    [
      "last success just within 3 intervals",
      [run("instance", { lastRunAt: secondsAgo(45), lastSuccessAt: secondsAgo(45) })],
      {},
      "up",
      null,
    ],
    [
      "failing and asked ever less often is still down",
      [run("instance", failing("refused", { lastRunAt: secondsAgo(280), nextRunAt: NOW + 20_000 }))],
      {},
      "down",
      "refused",
    ],
    [
      "failing, and nobody asks any more",
      [run("instance", failing("refused", { lastRunAt: secondsAgo(400), nextRunAt: secondsAgo(60) }))],
      {},
      "unknown",
      "stale",
    ],
    [
      "one probe got stuck while others go on",
      [run("instance"), run("activity", { lastRunAt: secondsAgo(90), lastSuccessAt: secondsAgo(90) })],
      {},
      "degraded",
      "stale",
    ],
    ["a machine alone", [run("cpu"), run("disk")], { hasPostgres: false }, "up", null],
    [
      "a machine that is not reached",
      [run("cpu", failing("unreachable"))],
      { hasPostgres: false },
      "down",
      "unreachable",
    ],
    [
      "a machine that lets nobody in",
      [run("cpu", failing("ssh_auth")), run("disk", failing("ssh_auth")), run("pressure", { facet: "host", ...slow })],
      { hasPostgres: false },
      "down",
      "ssh_auth",
    ],
    [
      "a machine of which one file cannot be read",
      [run("cpu"), run("disk", failing("read"))],
      { hasPostgres: false },
      "degraded",
      "read",
    ],
    [
      "a machine that is there, but slow",
      [run("cpu", failing("timeout")), run("disk", failing("timeout"))],
      { hasPostgres: false },
      "degraded",
      "timeout",
    ],
    [
      "a machine that tells nothing at all",
      [run("cpu", { outcome: "nothing", message: "no /proc" }), run("disk", { outcome: "nothing" })],
      { hasPostgres: false },
      "degraded",
      "read",
    ],
    [
      "a machine without one thing",
      [run("cpu"), run("disk", { outcome: "nothing" })],
      { hasPostgres: false },
      "up",
      null,
    ],
    [
      "rows of a facet that was removed",
      [run("cpu"), run("instance", failing("refused"))],
      { hasPostgres: false },
      "up",
      null,
    ],
  ])("%s", (_, probes, over, expected, reason) => {
    expect(status(probes, over)).toMatchObject({ status: expected, reason });
  });

  it("explains which probe failed, and when it last went well", () => {
    const probes = [run("instance"), run("databases", failing("permission"))];
    expect(status(probes)).toEqual({
      status: "degraded",
      reason: "permission",
      message: "databases: message of permission",
      checkedAt: secondsAgo(3),
      lastSuccessAt: secondsAgo(3),
    });
  });

  it("is never up when a fresh probe failed, and names a reason unless it is up or paused", () => {
    const runs = fc.array(
      fc.record({
        probe: fc.constantFrom("instance", "activity", "databases", "sizes", "cpu"),
        outcome: fc.constantFrom("ok" as const, "nothing" as const, "failed" as const),
        code: fc.constantFrom("refused", "sql", "timeout", null),
        age: fc.integer({ min: 0, max: 5_000 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(runs, fc.boolean(), (list, hasPostgres) => {
        const probes = list.map(({ age, probe, ...rest }) =>
          run(probe, { ...rest, lastRunAt: secondsAgo(age), lastSuccessAt: secondsAgo(age), nextRunAt: NOW }),
        );
        const found = status(probes, { hasPostgres });
        expect(found.reason === null).toBe(found.status === "up");
        const relevant = probes.filter((one) => hasPostgres || one.facet === "host");
        if (relevant.some((one) => one.outcome === "failed" && one.facet === "postgres")) {
          expect(found.status).not.toBe("up");
        }
      }),
    );
  });
});

describe("deriveSsh", () => {
  const away = (seconds: number, code = "ssh_unreachable") => failing(code, { lastRunAt: secondsAgo(seconds) });
  const storage = (over: Partial<ProbeRun>) => run("storage", { facet: "storage", intervalSeconds: 300, ...over });
  it.each<[string, ProbeRun[], string, string | null]>([
    ["all is read", [run("cpu"), storage({}), run("instance", failing("refused"))], "up", null],
    ["nothing can be read that is known here", [run("cpu", { outcome: "nothing" })], "up", null],
    ["one file is missing", [run("cpu"), run("disk", failing("read"))], "up", null],
    ["nobody gets there", [run("cpu", away(3)), storage(away(200))], "down", "ssh_unreachable"],
    ["the newest reason counts", [run("cpu", away(60)), storage(away(2, "ssh_host_key"))], "down", "ssh_host_key"],
    ["nothing was asked yet", [run("cpu", never)], "unknown", "not_collected"],
  ])("%s", (_, probes, expected, reason) => {
    expect(deriveSsh({ enabled: true, probes, now: NOW })).toMatchObject({ status: expected, reason });
  });

  it("is what makes the server degraded, before what else is wrong there", () => {
    const probes = [run("instance"), run("cpu", failing("read")), storage(failing("ssh_auth"))];
    expect(status(probes)).toMatchObject({ status: "degraded", reason: "ssh_auth" });
    expect(status([run("instance"), run("cpu", failing("ssh_unreachable"))])).toMatchObject({
      status: "degraded",
      reason: "ssh_unreachable",
    });
  });
});

describe("isStale", () => {
  it.each([
    [5, 15, false],
    [5, 15.1, true],
    [1, 9, false],
    [1, 11, true],
    [1800, 5_400, false],
  ])("interval %d s, age %d s: %s", (interval, age, expected) => {
    expect(isStale(secondsAgo(age), interval, NOW)).toBe(expected);
  });
});
