import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Anchor, type AnchorKind, FIRST_LINK, type Link, signatureOf } from "./anchor";
import { type AuditRecord, CHAIN_START, macOf } from "./chain";
import { createChainCheck, type StoredAuditRecord } from "./verify";

const KEYS = { chain: new Uint8Array(32).fill(7), anchor: new Uint8Array(32).fill(8) };
const FOREIGN = { chain: new Uint8Array(32).fill(1), anchor: new Uint8Array(32).fill(2) };

const recordOf = (index: number): AuditRecord => ({
  createdAt: new Date(1_790_000_000_000 + index),
  eventType: `event_${index % 3}`,
  actor: "anna",
  userId: null,
  ipAddress: null,
  userAgent: null,
  sessionId: null,
  targetKind: null,
  targetId: String(index),
  targetName: null,
  details: { index },
});

/** A chain of `length` entries, without a database. */
function chainOf(length: number): StoredAuditRecord[] {
  const entries: StoredAuditRecord[] = [];
  for (let index = 0; index < length; index += 1) {
    const record = recordOf(index);
    const previousMac = entries.at(-1)?.mac ?? CHAIN_START;
    entries.push({ ...record, id: BigInt(index + 1), previousMac, mac: macOf(KEYS.chain, previousMac, record) });
  }
  return entries;
}

const signed = (kind: AnchorKind, { id, mac }: Link, keys = KEYS): Anchor => ({
  id,
  mac,
  signature: signatureOf(keys.anchor, kind, { id, mac }),
});

interface Stored {
  entries: StoredAuditRecord[];
  head: Anchor | null;
  retention: Anchor | null;
  noted?: Map<bigint, Uint8Array>;
}

function problemsOf({ entries, ...bounds }: Stored) {
  const check = createChainCheck(KEYS, bounds);
  for (const entry of entries) check.take(entry);
  return check.end().problems;
}

const at = <Value>(list: readonly Value[], index: number): Value => {
  const value = list[index];
  if (value === undefined) throw new Error(`nothing at ${index}`);
  return value;
};

/** What Dozor itself would have stored after `removed` entries were too old. */
function storedAfter(length: number, removed: number): Stored {
  const whole = chainOf(length);
  return {
    entries: whole.slice(removed),
    head: signed("head", whole.at(-1) ?? FIRST_LINK),
    retention: removed > 0 ? signed("retention", at(whole, removed - 1)) : null,
    noted: new Map(whole.map(({ id, mac }) => [id, mac])),
  };
}

const sizes = fc.integer({ min: 2, max: 30 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    removed: fc.integer({ min: 0, max: length }),
    place: fc.nat(length - 1),
    other: fc.nat(length - 1),
  }),
);

const CHANGES: Partial<Record<keyof AuditRecord, unknown>> = {
  createdAt: new Date(0),
  eventType: "login_success",
  actor: "boris",
  userId: "u",
  ipAddress: "192.0.2.9",
  userAgent: "x",
  sessionId: "s",
  targetKind: "server",
  targetId: "other",
  targetName: "n",
  details: { index: -1 },
};

describe("the check of a chain", () => {
  it("finds nothing in what was written, wherever retention cut it", () => {
    fc.assert(
      fc.property(sizes, ({ length, removed }) => {
        expect(problemsOf(storedAfter(length, removed))).toEqual([]);
      }),
    );
  });

  it("counts, and gives the newest entry", () => {
    const { entries, ...bounds } = storedAfter(5, 2);
    const check = createChainCheck(KEYS, bounds);
    for (const entry of entries) check.take(entry);
    expect(check.end()).toMatchObject({ entries: 3, newest: { id: 5n, mac: entries.at(-1)?.mac } });
    expect(createChainCheck(KEYS, { head: null, retention: null }).end()).toMatchObject({ entries: 0, newest: null });
  });

  /** Each way to tamper with what stands after retention; null where nothing would be different. */
  const tamperings: [string, (stored: Stored, place: number, other: number) => Stored | null][] = [
    [
      "another content",
      (stored, place, other) => {
        const [field, value] = at(Object.entries(CHANGES), other % Object.keys(CHANGES).length);
        const changed = { ...at(stored.entries, place), [field]: value };
        return { ...stored, entries: stored.entries.with(place, changed) };
      },
    ],
    [
      "another content, with an HMAC under another key",
      (stored, place) => {
        const entry = { ...at(stored.entries, place), actor: "boris" };
        const mac = macOf(FOREIGN.chain, entry.previousMac, entry);
        return { ...stored, entries: stored.entries.with(place, { ...entry, mac }) };
      },
    ],
    ["one removed", (stored, place) => ({ ...stored, entries: stored.entries.toSpliced(place, 1) })],
    ["the end cut off", (stored, place) => ({ ...stored, entries: stored.entries.slice(0, place) })],
    ["the beginning cut off", (stored, place) => ({ ...stored, entries: stored.entries.slice(place + 1) })],
    [
      "two exchanged, under each other's ids",
      (stored, place, other) => {
        const [one, two] = [at(stored.entries, place), at(stored.entries, other % stored.entries.length)];
        if (one.id === two.id) return null;
        const exchanged = stored.entries.map((entry) => {
          if (entry.id === one.id) return { ...two, id: one.id };
          return entry.id === two.id ? { ...one, id: two.id } : entry;
        });
        return { ...stored, entries: exchanged };
      },
    ],
    [
      "one repeated",
      (stored, place) => {
        const entries = stored.entries.toSpliced(place, 0, at(stored.entries, place));
        return { ...stored, entries: entries.map((entry, index) => ({ ...entry, id: BigInt(1_000 + index) })) };
      },
    ],
    [
      "one added at the end, in its place in the chain",
      (stored, place) => {
        const { mac: previousMac, id } = at(stored.entries, stored.entries.length - 1);
        const record = recordOf(place);
        const mac = macOf(FOREIGN.chain, previousMac, record);
        return { ...stored, entries: [...stored.entries, { ...record, id: id + 1n, previousMac, mac }] };
      },
    ],
    ["the head gone", (stored) => ({ ...stored, head: null })],
    [
      "end and head cut off together, the head unsigned",
      (stored, place) => {
        const entries = stored.entries.slice(0, place + 1);
        if (entries.length === stored.entries.length) return null;
        return { ...stored, entries, head: signed("head", at(entries, place), FOREIGN) };
      },
    ],
    [
      "end and head rolled back to what once was",
      (stored, place) => {
        const entries = stored.entries.slice(0, place + 1);
        if (entries.length === stored.entries.length) return null;
        return { ...stored, entries, head: signed("head", at(entries, place)) };
      },
    ],
    [
      "the beginning removed, behind an anchor that is not ours",
      (stored, place) => {
        const last = at(stored.entries, place);
        return { ...stored, entries: stored.entries.slice(place + 1), retention: signed("retention", last, FOREIGN) };
      },
    ],
    [
      "the beginning removed, behind the signature of a head",
      (stored, place) => {
        const last = at(stored.entries, place);
        return { ...stored, entries: stored.entries.slice(place + 1), retention: signed("head", last) };
      },
    ],
    [
      "everything taken away",
      () => ({ entries: [], head: null, retention: null, noted: storedAfter(3, 0).noted ?? new Map() }),
    ],
  ];

  it.each(tamperings)("finds %s, anywhere", (_case, tamper) => {
    fc.assert(
      fc.property(sizes, ({ length, removed, place, other }) => {
        const stored = storedAfter(length, Math.min(removed, length - 1));
        const tampered = tamper(stored, place % stored.entries.length, other);
        if (tampered) expect(problemsOf(tampered)).not.toEqual([]);
      }),
    );
  });

  it("names the entries, and goes on behind them", () => {
    const stored = storedAfter(9, 1);
    const entries = stored.entries.with(1, { ...at(stored.entries, 1), actor: "boris" }).toSpliced(4, 1);
    expect(problemsOf({ ...stored, entries, noted: new Map() })).toEqual([
      { kind: "changed", id: 3n },
      { kind: "gap", id: 7n },
    ]);
  });

  it("keeps the first hundred of many problems, and counts all", () => {
    const check = createChainCheck(FOREIGN, { head: null, retention: null });
    for (const entry of chainOf(150)) check.take(entry);
    const { problemCount, problems } = check.end();
    expect([problemCount, problems.length]).toEqual([151, 100]);
  });
});

describe("macOf", () => {
  it("does not depend on the order of keys, as jsonb does not keep it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (details) => {
        const turned = Object.fromEntries(Object.entries(details).reverse());
        const [one, other] = [details, turned].map((given) => ({ ...recordOf(1), details: given }));
        expect(one && macOf(KEYS.chain, CHAIN_START, one)).toEqual(other && macOf(KEYS.chain, CHAIN_START, other));
      }),
    );
  });
});
