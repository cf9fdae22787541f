// One spool folder: segment files that are written at one end and read at the other, and a journal of how far.
import path from "node:path";
import type { SampleBatch } from "../metrics/write";
import { type Kept, NOTHING_LOST } from "./losses";
import type { SpoolFile, SpoolFiles } from "./spool-files";
import { decodeJournal, encodeJournal, JOURNAL_BYTES, type Journal } from "./spool-journal";
import { type Piece, type Position, pieceOf } from "./spool-piece";
import { encodeRecord, samplesOf, scanRecords } from "./spool-record";

/** Read at once; a record larger than this is read with all that follows it. */
const CHUNK_BYTES = 1024 * 1024;
const JOURNAL = "journal";
const segmentName = (number: number) => `${String(number).padStart(8, "0")}.seg`;

export interface StoreOptions {
  /** Its folder, complete. */
  folder: string;
  files: SpoolFiles;
  /** A segment that has reached this is followed by another. */
  segmentBytes: number;
}

interface Segment {
  number: number;
  /** Up to the end of the last whole record. */
  bytes: number;
  /** Samples added before it. */
  first: number;
}

interface Opened {
  journal: Journal;
  segments: Segment[];
  journalFile?: SpoolFile;
}

const newJournal = (database: string): Journal => ({
  ...{ turn: 0, segment: 0, offset: 0, sequence: 0, total: 0, database },
  ...NOTHING_LOST,
});

/** Makes a folder with its journal. @throws what the file system says; then nothing stays where it can be helped */
export async function createStore(options: StoreOptions, database: string): Promise<Store> {
  const { files, folder } = options;
  try {
    await files.makeFolder(folder);
    const journalFile = await files.open(path.join(folder, JOURNAL), true);
    // Room for both slots is taken while there is some: on a full disk they can still be overwritten.
    await journalFile.write(Buffer.alloc(JOURNAL_BYTES, 1), 0);
    const journal = newJournal(database);
    await journalFile.write(encodeJournal(journal).bytes, 0);
    await journalFile.sync();
    await files.syncFolder(path.dirname(folder));
    return new Store(options, { journal, segments: [], journalFile });
  } catch (error) {
    await files.remove(folder).catch(() => {});
    throw error;
  }
}

/** Opens what another process left, whatever state it is in. @throws what the file system says */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { files, folder } = options;
  const names = (await files.list(folder)).filter((name) => /^\d{8}\.seg$/.test(name)).sort();
  const text = await files.readAll(path.join(folder, JOURNAL)).catch(() => Buffer.alloc(0));
  const found = decodeJournal(text);
  const journal = found ?? newJournal("");
  const segments: Segment[] = [];
  for (const name of names) {
    const number = Number.parseInt(name, 10);
    if (found && number < journal.segment) {
      // Written down, but its removal was not durable yet: read again, it would be read for ever.
      await files.remove(path.join(folder, name)).catch(() => {});
      continue;
    }
    const places = scanRecords(await files.readAll(path.join(folder, name)));
    const [first, last] = [places[0], places.at(-1)];
    // Without a journal the first record tells where we are.
    if (!found && segments.length === 0) journal.sequence = first?.first ?? 0;
    journal.total = Math.max(journal.total, journal.sequence, last ? last.first + last.samples : 0);
    segments.push({ number, bytes: last?.end ?? 0, first: first?.first ?? journal.total });
  }
  return new Store(options, { journal, segments });
}

/** Not made for two callers at once. */
export class Store {
  readonly #options: StoreOptions;
  readonly #segments: Segment[];
  readonly #journal: Journal;
  #journalFile: SpoolFile | undefined;
  /** The last segment while it may grow. */
  #open: SpoolFile | undefined;

  constructor(options: StoreOptions, { journal, segments, journalFile }: Opened) {
    this.#options = options;
    this.#journal = journal;
    this.#segments = segments;
    this.#journalFile = journalFile;
  }

  get folder(): string {
    return this.#options.folder;
  }
  /** Which database its samples are for; empty where that cannot be read any more. */
  get database(): string {
    return this.#journal.database;
  }
  get kept(): Kept {
    const { lost, lostSince, lostUntil, awayMs } = this.#journal;
    return { lost, lostSince, lostUntil, awayMs };
  }
  /** Samples that wait. */
  get waiting(): number {
    return this.#journal.total - this.#journal.sequence;
  }
  get isEmpty(): boolean {
    return this.waiting === 0;
  }
  get bytes(): number {
    return this.#segments.reduce((total, { bytes }) => total + bytes, 0);
  }

  #path(number: number): string {
    return path.join(this.#options.folder, segmentName(number));
  }

  /** Adds a record; durable when it resolves. @throws what the file system says; then it is as if nothing had been added */
  async append(batches: readonly SampleBatch[], kept: Kept): Promise<void> {
    const record = encodeRecord(batches, this.#journal.total);
    const { segment, file } = await this.#lastSegment();
    try {
      await file.write(record, segment.bytes);
      await file.sync();
    } catch (error) {
      // What is left of it stands where the next record will be written.
      await file.truncate(segment.bytes).catch(() => {});
      throw error;
    }
    segment.bytes += record.length;
    this.#journal.total += batches.reduce((total, batch) => total + samplesOf(batch), 0);
    await this.keep(kept);
  }

  async #lastSegment(): Promise<{ segment: Segment; file: SpoolFile }> {
    const last = this.#segments.at(-1);
    if (last && this.#open && last.bytes < this.#options.segmentBytes) return { segment: last, file: this.#open };
    const number = Math.max(last?.number ?? 0, this.#journal.segment) + 1;
    const file = await this.#options.files.open(this.#path(number), true);
    await this.#options.files.syncFolder(this.#options.folder).catch(async (error) => {
      await file.close().catch(() => {});
      throw error;
    });
    await this.#open?.close().catch(() => {});
    this.#open = file;
    const segment = { number, bytes: 0, first: this.#journal.total };
    this.#segments.push(segment);
    return { segment, file };
  }

  /** The oldest that waits, undefined if nothing does. @throws what the file system says */
  async read(): Promise<Piece | undefined> {
    const { total, segment: at, offset, sequence } = this.#journal;
    const [segment] = this.#segments;
    if (!segment) {
      if (this.waiting === 0) return undefined;
      return { batches: [], damaged: this.waiting, next: { segment: at, offset, sequence: total } };
    }
    const position = { segment: segment.number, offset: segment.number === at ? offset : 0, sequence };
    const left = Math.max(0, segment.bytes - position.offset);
    const chunk = await this.#read(position, Math.min(CHUNK_BYTES, left));
    const piece = pieceOf(chunk, position, { last: left <= CHUNK_BYTES });
    if (piece) return piece;
    return pieceOf(await this.#read(position, left), position, { last: true });
  }

  async #read({ segment, offset }: Position, length: number): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    const file = await this.#options.files.open(this.#path(segment), false);
    return file.read(offset, length).finally(() => file.close());
  }

  /** Remembers that all before `next` is written down, and removes segments that are. Never throws. */
  async advance(next: Position, kept: Kept): Promise<void> {
    const { segment, offset } = this.#journal;
    if (next.segment < segment || (next.segment === segment && next.offset < offset)) return;
    Object.assign(this.#journal, next);
    await this.keep(kept);
    const isDone = ({ number, bytes }: Segment) =>
      number < next.segment || (number === next.segment && bytes <= next.offset);
    const done = this.#segments.filter(isDone);
    if (done.length === 0) return;
    // Older than the files that are left, it would take the removed ones for lost.
    await this.#journalFile?.sync().catch(() => {});
    this.#segments.splice(0, done.length);
    if (this.#segments.length === 0) {
      await this.#open?.close().catch(() => {});
      this.#open = undefined;
    }
    for (const { number } of done) await this.#options.files.remove(this.#path(number)).catch(() => {});
  }

  /** Samples that wait in the oldest segment. */
  get oldest(): number {
    return (this.#segments[1]?.first ?? this.#journal.total) - this.#journal.sequence;
  }

  /** Gives up the oldest segment. Never throws. */
  async dropOldest(kept: Kept): Promise<void> {
    const [segment] = this.#segments;
    const sequence = this.#journal.sequence + this.oldest;
    if (segment) await this.advance({ segment: segment.number, offset: segment.bytes, sequence }, kept);
    else await this.advance({ ...this.#journal, sequence }, kept);
  }

  /** Writes the journal. What it could not write is written with the next one: replaying twice changes nothing. */
  async keep(kept: Kept): Promise<void> {
    const { files, folder } = this.#options;
    Object.assign(this.#journal, kept, { turn: this.#journal.turn + 1 });
    const { bytes, at } = encodeJournal(this.#journal);
    const file = path.join(folder, JOURNAL);
    try {
      this.#journalFile ??= await files.open(file, false).catch(() => files.open(file, true));
      await this.#journalFile.write(bytes, at);
    } catch {
      await this.#journalFile?.close().catch(() => {});
      this.#journalFile = undefined;
    }
  }

  /** Lets go of the files, and of the folder where nothing is left in it to tell. */
  async close(): Promise<void> {
    await this.#open?.close().catch(() => {});
    await this.#journalFile?.sync().catch(() => {});
    await this.#journalFile?.close().catch(() => {});
    this.#open = undefined;
    this.#journalFile = undefined;
    if (this.isEmpty && this.#journal.lost === 0) await this.#options.files.remove(this.folder).catch(() => {});
  }
}
