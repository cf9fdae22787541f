import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StreamEvent } from "./events-schema";
import type { ChannelRow } from "./rows";
import type { ChannelStatus } from "./schema";
import { applyEvent, fallSilent, positionAt } from "./state";

const NOON = Date.UTC(2026, 2, 1, 12);
const time = (seconds: number) => new Date(NOON + 1_000 * seconds);

const BLANK: ChannelRow = {
  ...{ id: 7, channelId: "-1001", name: null, sourceId: null, status: "stopped", knownStatus: "stopped", newest: {} },
  ...{ track: null, positionSeconds: null, positionAt: null, startedAt: null, listeners: null, queueSize: null },
  ...{ bitrateKbps: null, codec: null, heardAt: time(0), reckonedAt: time(0), error: null, errorAt: null },
  ...{ webhookUrl: null, webhookSecret: null, autoEndEnabled: null, autoEndTimeoutSeconds: null, autoEndWarnings: [] },
  ...{ createdAt: time(0), updatedAt: time(0) },
};

const apply = (row: ChannelRow, event: StreamEvent, at: number, now = at) =>
  applyEvent(row, event, { at: time(at), now: time(now) });

const STATES: Record<ChannelStatus, ChannelRow> = {
  stopped: BLANK,
  playing: apply(BLANK, { event: "started" }, 0).row,
  paused: apply(apply(BLANK, { event: "started" }, 0).row, { event: "paused" }, 0).row,
  placeholder: apply(BLANK, { event: "placeholder", on: true }, 0).row,
  unknown: fallSilent(apply(BLANK, { event: "started" }, 0).row).row,
};
const INTO: Record<Exclude<ChannelStatus, "unknown">, StreamEvent> = {
  playing: { event: "resumed" },
  paused: { event: "paused" },
  stopped: { event: "stopped" },
  placeholder: { event: "placeholder", on: true },
};

describe("transitions", () => {
  it.each<[ChannelStatus, string]>([
    ["stopped", "playing placeholder stopped"],
    ["playing", "playing paused stopped placeholder"],
    ["paused", "playing paused stopped"],
    ["placeholder", "playing stopped placeholder"],
    ["unknown", "playing paused stopped placeholder"],
  ])("from %s lead to %s, and any other way is believed and told", (from, allowed) => {
    for (const [to, event] of Object.entries(INTO)) {
      const { row, notes } = apply(STATES[from], event, 5);
      expect(row.status).toBe(to);
      const warned = notes.some(({ type }) => type === "system_warning");
      expect([to, warned]).toEqual([to, !allowed.split(" ").includes(to)]);
    }
  });

  it("begin a run where one starts, and not where the same start comes again", () => {
    const started = apply(BLANK, { event: "started" }, 3);
    expect(started).toMatchObject({ restarted: true, updates: ["started"], row: { startedAt: time(3) } });
    expect(apply(started.row, { event: "started" }, 3)).toMatchObject({ restarted: false, updates: [] });
    expect(apply(started.row, { event: "started" }, 9)).toMatchObject({ restarted: true, row: { startedAt: time(9) } });
    expect(apply(STATES.paused, { event: "resumed" }, 9)).toMatchObject({ restarted: false, updates: ["resumed"] });
  });

  it("to stopped forget who listened and what played, unless that is newer", () => {
    const listened = apply(STATES.playing, { event: "listeners", count: 4 }, 1).row;
    expect(apply(listened, { event: "stopped" }, 2).row).toMatchObject({
      listeners: null,
      track: null,
      startedAt: null,
    });
    const later = apply(listened, { event: "listeners", count: 5 }, 9).row;
    expect(apply(later, { event: "stopped" }, 2).row).toMatchObject({ status: "stopped", listeners: 5 });
  });

  it("end silence by whatever is heard, but do not make listeners known", () => {
    const listened = apply(STATES.playing, { event: "listeners", count: 4 }, 1).row;
    const silent = fallSilent(listened).row;
    expect(silent).toMatchObject({ status: "unknown", knownStatus: "playing", listeners: null });
    const heard = apply(silent, { event: "heartbeat" }, 200);
    expect(heard).toMatchObject({ updates: ["changed"], row: { status: "playing", listeners: null } });
  });

  it("do not end a channel that stopped by what its placeholder did", () => {
    expect(apply(BLANK, { event: "placeholder", on: false }, 1).row.status).toBe("stopped");
    expect(apply(STATES.placeholder, { event: "placeholder", on: false }, 1).row.status).toBe("playing");
  });
});

describe("what is told in the feed", () => {
  it.each<[string, string[]]>([
    ["add", ["track_added: Song was queued on -1001"]],
    ["priority_add", ["track_added: Song was queued first on -1001"]],
    ["remove", ["track_removed: Song was removed on -1001"]],
    ["clear", ["track_removed: The queue was cleared on -1001"]],
    ["move", []],
    ["skip", []],
  ])("of the queue, when it does %s", (operation, told) => {
    const event = { event: "queue_operation", operation, track: { title: "Song" } } as StreamEvent;
    const { notes, row } = apply(STATES.playing, event, 1);
    expect(notes.map(({ type, message }) => `${type}: ${message}`)).toEqual(told);
    expect(row).toEqual({ ...STATES.playing, heardAt: time(1) });
  });

  it("is an error with its words, which stay until a run has ended without one", () => {
    const failed = apply(STATES.playing, { event: "error", message: "No signal" }, 5);
    expect(failed).toMatchObject({
      row: { error: "No signal", errorAt: time(5) },
      notes: [{ type: "stream_error", severity: "error", message: "-1001: No signal" }],
    });
    const ended = apply(failed.row, { event: "stopped", reason: "crashed" }, 6);
    expect(ended).toMatchObject({
      row: { error: "No signal" },
      notes: [{ type: "stream_stopped", message: "-1001 stopped: crashed", details: { reason: "crashed" } }],
    });
    const again = apply(ended.row, { event: "started" }, 10).row;
    expect(apply(again, { event: "stopped" }, 20).row).toMatchObject({ error: null, errorAt: null });
  });
});

describe("the position", () => {
  it("goes on while the channel plays, to the track's end", () => {
    const track = { title: "One", duration_s: 60 };
    const playing = apply(STATES.playing, { event: "track_changed", track }, 10).row;
    expect([10, 25, 90].map((at) => positionAt(playing, time(at)))).toEqual([0, 15, 60]);
    const paused = apply(playing, { event: "paused" }, 30).row;
    expect(positionAt(paused, time(90))).toBe(20);
    const resumed = apply(paused, { event: "resumed" }, 100).row;
    expect(positionAt(resumed, time(110))).toBe(30);
    expect(positionAt(fallSilent(resumed).row, time(110))).toBeNull();
  });
});

/** What a channel is, told as plainly as can be: of each kind the newest event, of two at one time the later heard. */
interface Model {
  status: string;
  listeners: number | null;
  track: string | null;
  queue: number | null;
}

type Sent = { at: number; event: StreamEvent };

function modelOf(heard: readonly Sent[]): Model {
  const newest = <Value>(told: (event: StreamEvent) => Value | undefined): Value | undefined => {
    const found = heard.flatMap(({ at, event }) => {
      const value = told(event);
      return value === undefined ? [] : [{ at, value }];
    });
    const most = Math.max(...found.map(({ at }) => at));
    return found.findLast(({ at }) => at === most)?.value;
  };
  return {
    status: newest(statusOf) ?? "stopped",
    listeners: newest((event) => (event.event === "listeners" ? event.count : ends(event) ? null : undefined)) ?? null,
    track:
      newest((event) =>
        event.event === "track_changed" ? event.track.title : ends(event) || isFiller(event) ? null : undefined,
      ) ?? null,
    queue: newest((event) => (event.event === "queue" ? event.size : undefined)) ?? null,
  };
}

const ends = ({ event }: StreamEvent) => event === "stopped";
const isFiller = (event: StreamEvent) => event.event === "placeholder" && event.on;
const STATUS = { started: "playing", resumed: "playing", paused: "paused", stopped: "stopped" } as const;
const statusOf = (event: StreamEvent) => (isFiller(event) ? "placeholder" : STATUS[event.event as keyof typeof STATUS]);

const events: fc.Arbitrary<StreamEvent> = fc.oneof(
  fc.constantFrom<StreamEvent>(
    ...(["started", "stopped", "paused", "resumed", "heartbeat"] as const).map((event) => ({ event })),
  ),
  fc.constant<StreamEvent>({ event: "placeholder", on: true }),
  fc.record({ event: fc.constant("listeners" as const), count: fc.nat(9) }),
  fc.record({ event: fc.constant("queue" as const), size: fc.nat(9) }),
  fc.record({
    event: fc.constant("track_changed" as const),
    track: fc.record({ title: fc.constantFrom("A", "B", "C") }),
  }),
  fc.record({ event: fc.constant("position" as const), seconds: fc.nat(300) }),
);

describe("random events", () => {
  it("in any order, late and twice, make the channel that a simple model makes of them", () => {
    const sent = fc.array(fc.record({ at: fc.nat(30), event: events }), { maxLength: 25 });
    fc.assert(
      fc.property(sent, fc.nat(24), (heard, twice) => {
        // One of them comes again at once.
        const all = heard.flatMap((one, i) => (i === twice ? [one, one] : [one]));
        const row = all.reduce((row, { at, event }) => apply(row, event, at, 100).row, BLANK);
        const { status, listeners, track, queueSize } = row;
        expect({ status, listeners, track: track?.title ?? null, queue: queueSize }).toEqual(modelOf(all));
      }),
      { numRuns: 500 },
    );
  });

  it("that are told apart by their times leave the same whatever their order", () => {
    const sent = fc.uniqueArray(fc.record({ at: fc.nat(200), event: events }), {
      selector: ({ at }) => at,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        sent.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([ordered, shuffled]) => {
          const end = (list: readonly Sent[]) => {
            const { status, listeners, track, queueSize } = list.reduce(
              (row, { at, event }) => apply(row, event, at, 300).row,
              BLANK,
            );
            return { status, listeners, track, queueSize };
          };
          expect(end(shuffled)).toEqual(end(ordered.toSorted((a, b) => a.at - b.at)));
        },
      ),
      { numRuns: 300 },
    );
  });
});
