import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SampleBatch } from "../metrics/write";
import { decodeJournal, encodeJournal, JOURNAL_BYTES, type Journal } from "./spool-journal";
import { pieceOf } from "./spool-piece";
import { decodeRecord, encodeRecord, samplesOf, scanRecords } from "./spool-record";

const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== "__proto__");
const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324));
const batch: fc.Arbitrary<SampleBatch> = fc.record({
  subject: fc.integer({ min: 1 }),
  probe: name,
  ts: fc.nat(),
  rows: fc.array(
    fc.record({
      labels: fc.dictionary(name, fc.string({ maxLength: 12 }), { noNullPrototype: true, maxKeys: 3 }),
      values: fc.dictionary(name, value, { noNullPrototype: true, maxKeys: 5 }),
    }),
    { maxLength: 3 },
  ),
});
const groups = fc.array(fc.array(batch, { maxLength: 4 }), { minLength: 1, maxLength: 6 });
const START = { segment: 1, offset: 0, sequence: 0 };
const total = (batches: readonly SampleBatch[]) => batches.reduce((sum, one) => sum + samplesOf(one), 0);

function segmentOf(records: readonly SampleBatch[][]): { bytes: Buffer; starts: number[]; firsts: number[] } {
  const [starts, firsts, parts]: [number[], number[], Buffer[]] = [[], [], []];
  let [at, first] = [0, 0];
  for (const batches of records) {
    const record = encodeRecord(batches, first);
    starts.push(at);
    firsts.push(first);
    parts.push(record);
    at += record.length;
    first += total(batches);
  }
  return { bytes: Buffer.concat(parts), starts, firsts };
}

describe("records", () => {
  it("come back as they were, every double among them", () => {
    fc.assert(
      fc.property(groups, (records) => {
        const { bytes } = segmentOf(records);
        const piece = pieceOf(bytes, START, { last: true });
        expect(piece?.batches).toEqual(records.flat());
        expect(piece?.damaged).toBe(0);
        expect(piece?.next).toEqual({ segment: 1, offset: bytes.length, sequence: total(records.flat()) });
      }),
    );
  });

  it("hold no null: it means that there is no sample", () => {
    const rows = [{ labels: {}, values: { a: null, b: 1 } }];
    const bytes = encodeRecord([{ subject: 1, probe: "cpu", ts: 1, rows }], 0);
    const [place] = scanRecords(bytes);
    expect(place?.samples).toBe(1);
    expect(place && decodeRecord(bytes, place)?.[0]?.rows).toEqual([{ labels: {}, values: { b: 1 } }]);
  });

  it("that are torn at the end are left out, the ones before are whole", () => {
    fc.assert(
      fc.property(groups, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (records, share) => {
        const { bytes, starts } = segmentOf(records);
        const cut = Math.floor(bytes.length * share);
        const whole = records.filter((_, i) => (starts[i + 1] ?? bytes.length) <= cut);
        expect(pieceOf(bytes.subarray(0, cut), START, { last: true })?.batches).toEqual(whole.flat());
      }),
    );
  });

  it("that are damaged cost themselves only, and their samples are counted where a later one tells", () => {
    const flip = fc.record({ record: fc.nat(), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(groups, flip, (records, { record, at, by }) => {
        const { bytes, starts, firsts } = segmentOf(records);
        const damaged = record % records.length;
        const start = starts[damaged] ?? 0;
        const end = starts[damaged + 1] ?? bytes.length;
        const byte = start + (at % (end - start));
        bytes[byte] = (bytes[byte] ?? 0) ^ by;
        const piece = pieceOf(bytes, START, { last: true });
        expect(piece?.batches).toEqual(records.flatMap((batches, i) => (i === damaged ? [] : batches)));
        const missing = total(records.flat()) - total(piece?.batches ?? []);
        const told = (piece?.damaged ?? 0) + (total(records.flat()) - (piece?.next.sequence ?? 0));
        expect(told).toBe(missing);
        expect(firsts[damaged]).toBeLessThanOrEqual(piece?.next.sequence ?? 0);
      }),
    );
  });

  it("are never made of garbage", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
        const bytes = Buffer.concat([Buffer.from("DZSP"), garbage, Buffer.from("DZSP")]);
        expect(pieceOf(bytes, START, { last: true })).toMatchObject({ batches: [], damaged: 0 });
      }),
    );
  });

  it("ask for more bytes where the first one is not whole yet", () => {
    const bytes = encodeRecord([{ subject: 1, probe: "cpu", ts: 1, rows: [] }], 0);
    expect(pieceOf(bytes.subarray(0, -1), START, { last: false })).toBeUndefined();
  });
});

describe("journal", () => {
  const journal: fc.Arbitrary<Journal> = fc.record({
    turn: fc.nat(),
    segment: fc.nat(),
    offset: fc.nat(),
    sequence: fc.nat(),
    total: fc.nat(),
    database: fc.uuid(),
    lost: fc.nat(),
    lostSince: fc.option(fc.nat()),
    lostUntil: fc.option(fc.nat()),
    awayMs: fc.nat(),
  });

  it("gives what was written last, or the one before where the last is torn", () => {
    fc.assert(
      fc.property(journal, journal, fc.nat({ max: 511 }), (older, newer, torn) => {
        const first = { ...older, turn: 6 };
        const second = { ...newer, turn: 7 };
        const bytes = Buffer.alloc(JOURNAL_BYTES, 1);
        for (const one of [first, second]) {
          const slot = encodeJournal(one);
          slot.bytes.copy(bytes, slot.at);
        }
        expect(decodeJournal(bytes)).toEqual(second);
        const slot = encodeJournal({ ...second, turn: 9, offset: second.offset + 1 });
        slot.bytes.copy(bytes, slot.at, 0, torn);
        const found = decodeJournal(bytes);
        expect([first, second, { ...second, turn: 9, offset: second.offset + 1 }]).toContainEqual(found);
      }),
    );
  });

  it("is nothing where no slot is whole", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_200 }), (bytes) => decodeJournal(Buffer.from(bytes)) === undefined),
    );
  });
});
