import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, levelOf, type ProbeStanding, toldOf } from "./standing";

const postgres = (code: string | null, intervalSeconds = 15): ProbeStanding => ({
  ...{ facet: "postgres", intervalSeconds, code },
  message: code && `because ${code}`,
});
const host = (code: string | null): ProbeStanding => ({ ...postgres(code, 5), facet: "host" });
const storage = (code: string | null): ProbeStanding => ({ ...postgres(code, 300), facet: "storage" });
const standings = (probes: Record<string, ProbeStanding>) => new Map(Object.entries(probes));
const NOTHING = toldOf(new Map());

describe("a server without PostgreSQL", () => {
  const alone = { machineAlone: true };
  const lost = host("ssh_unreachable");

  it("is down when its machine is not reached, which is said once, and up again when it is", () => {
    const away = standings({ cpu: lost, disk: lost, processes: { ...lost, intervalSeconds: 60 } });
    const { tellings, told } = compare(away, toldOf(new Map(), true), alone);
    expect(tellings).toEqual([{ probe: null, code: "ssh_unreachable", message: "because ssh_unreachable" }]);
    expect(compare(away, told, alone).tellings).toEqual([]);
    expect(toldOf(away, true)).toEqual(told);
    const back = compare(standings({ cpu: host(null), disk: lost }), told, alone);
    expect(back.tellings).toEqual([{ probe: null, code: null, message: null }]);
    expect(compare(standings({ cpu: host(null), disk: host(null) }), back.told, alone).tellings).toEqual([]);
  });

  it("stays down while nobody knows whether the PostgreSQL that it was given answers", () => {
    const was = { down: true, codes: new Map() };
    expect(compare(standings({ cpu: host(null) }), was).tellings).toEqual([]);
    const refused = standings({ cpu: host(null), activity: postgres("refused") });
    expect(compare(refused, was)).toMatchObject({ tellings: [], told: { down: true } });
    const answers = standings({ cpu: host(null), activity: postgres(null) });
    expect(compare(answers, was).tellings).toEqual([{ probe: null, code: null, message: null }]);
  });

  it("is not down where one thing of it cannot be read", () => {
    const some = standings({ cpu: host(null), disk: host("read") });
    expect(compare(some, NOTHING, alone).tellings).toMatchObject([{ probe: "disk", code: "read" }]);
  });
});

describe("what is told", () => {
  it("waits for the other probes where some did not reach the server: it may be down", () => {
    const some = standings({ activity: postgres("refused"), databases: postgres(null), sizes: postgres("permission") });
    expect(compare(some, NOTHING, { patient: true })).toMatchObject({
      tellings: [{ probe: "sizes" }],
      falling: ["activity"],
    });
    const { told } = compare(some, NOTHING, { patient: true });
    expect(compare(some, told)).toMatchObject({ tellings: [{ probe: "activity" }], falling: [] });
    const all = standings({
      activity: postgres("refused"),
      databases: postgres("refused"),
      sizes: postgres("refused"),
    });
    expect(compare(all, NOTHING, { patient: true })).toMatchObject({
      tellings: [{ probe: null, code: "refused" }],
      falling: [],
    });
  });

  it.each([
    ["all well", { activity: postgres(null), cpu: host(null) }, []],
    [
      "a server that is away, once",
      { activity: postgres("refused"), databases: postgres("refused"), sizes: postgres("refused", 1_800) },
      [{ probe: null, code: "refused", message: "because refused" }],
    ],
    [
      "one slow answer of a server that answers",
      { activity: postgres("timeout"), databases: postgres(null) },
      [{ probe: "activity", code: "timeout", message: "because timeout" }],
    ],
    [
      "a privilege that is missing, beside a server that is away",
      { activity: postgres("timeout"), sizes: postgres("permission", 1_800) },
      [
        { probe: null, code: "timeout", message: "because timeout" },
        { probe: "sizes", code: "permission", message: "because permission" },
      ],
    ],
    [
      "a machine that lets nobody in, beside a PostgreSQL that answers",
      { activity: postgres(null), storage: storage("ssh_auth") },
      [{ probe: "ssh", code: "ssh_auth", message: "because ssh_auth" }],
    ],
    [
      "a machine that is away, once for all that is asked of it",
      {
        activity: postgres(null),
        cpu: host("ssh_unreachable"),
        disk: host("ssh_unreachable"),
        memory: host("read"),
        storage: storage("ssh_unreachable"),
      },
      [
        { probe: "memory", code: "read", message: "because read" },
        { probe: "ssh", code: "ssh_unreachable", message: "because ssh_unreachable" },
      ],
    ],
    [
      "a machine and its PostgreSQL that are both away: two ways, two reasons",
      { activity: postgres("timeout"), storage: storage("ssh_unreachable") },
      [
        { probe: null, code: "timeout", message: "because timeout" },
        { probe: "ssh", code: "ssh_unreachable", message: "because ssh_unreachable" },
      ],
    ],
    [
      "paths that a PostgreSQL which is away does not tell: said with the server",
      { activity: postgres("refused"), storage: storage("refused") },
      [{ probe: null, code: "refused", message: "because refused" }],
    ],
    ["a machine without PostgreSQL", { cpu: host("read") }, [{ probe: "cpu", code: "read", message: "because read" }]],
  ])("%s", (_case, probes, tellings) => {
    expect(compare(standings(probes as Record<string, ProbeStanding>), NOTHING).tellings).toEqual(tellings);
  });

  it("tells of recovery and of another reason, and nothing of what stays", () => {
    const before = toldOf(standings({ activity: postgres("refused"), cpu: host("read"), disk: host("read") }));
    const now = standings({ activity: postgres(null), cpu: host(null), disk: host("parse") });
    const { tellings, told } = compare(now, before);
    expect(tellings).toEqual([
      { probe: null, code: null, message: null },
      { probe: "cpu", code: null, message: null },
      { probe: "disk", code: "parse", message: "because parse" },
    ]);
    expect(compare(now, told).tellings).toEqual([]);
  });

  it("tells once that a machine is reached again, when all of its probes are answered", () => {
    const away = { activity: postgres(null), cpu: host("ssh_unreachable"), storage: storage("ssh_unreachable") };
    const before = toldOf(standings(away));
    const half = compare(standings({ ...away, cpu: host(null) }), before);
    expect(half.tellings).toEqual([]);
    const whole = compare(standings({ ...away, cpu: host(null), storage: storage(null) }), half.told);
    expect(whole.tellings).toEqual([{ probe: "ssh", code: null, message: null }]);
    expect(compare(standings({ activity: postgres(null), cpu: host(null) }), whole.told).tellings).toEqual([]);
  });

  it("gives the slower probes of a server that came back time to do so, too", () => {
    const away = { activity: postgres("timeout"), wal: postgres("timeout", 60), sizes: postgres("permission", 1_800) };
    const before = toldOf(standings(away));
    const { tellings, told, returning } = compare(standings({ ...away, activity: postgres(null) }), before);
    expect(tellings).toEqual([{ probe: null, code: null, message: null }]);
    expect(returning).toEqual(["wal"]);
    // Later it is a failure like any other.
    expect(compare(standings({ ...away, activity: postgres(null) }), told).tellings).toMatchObject([{ probe: "wal" }]);
  });

  it("is told once, whatever the standings", () => {
    const probe = fc.record({
      facet: fc.constantFrom<ProbeStanding["facet"]>("host", "postgres", "storage"),
      intervalSeconds: fc.constantFrom(5, 15),
      code: fc.constantFrom(null, "refused", "timeout", "permission", "ssh_auth"),
      message: fc.constant(null),
    });
    const any = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), probe).map(standings);
    fc.assert(
      fc.property(any, any, (first, then) => {
        const { told, returning } = compare(then, toldOf(first));
        const known = compare(then, told);
        expect(known.tellings.map((telling) => telling.probe)).toEqual(returning);
        expect(compare(then, known.told).tellings).toEqual([]);
      }),
    );
  });
});

it.each([
  [null, "info"],
  ["timeout", "warning"],
  ["refused", "warning"],
  ["auth", "error"],
  ["permission", "error"],
  ["ssh_unreachable", "warning"],
  ["ssh_auth", "error"],
  ["ssh_host_key", "error"],
])("level of %s: %s", (code, level) => expect(levelOf(code)).toBe(level));
