// Another machine as probes see it: each has a reader that asks at once for what it asked for the last times.
import type { FileSystemFacts, HostReader, ProcessStats } from "../../probe";
import { mayHang, parseMounts } from "../linux/mounts";
import type { Programs } from "../perf/programs";
import type { RemoteFiles } from "./remote-files";

/** Things come and go seldom, and a listing takes several round trips. */
const LIST_REST_MS = 30_000;
/** Files longer than this are read only when they are asked for. */
const MOST_AHEAD_CHARACTERS = 65_536;
/** Where each question is dear, what was asked for so recently is read with the rest. */
const DEAR_MEMORY_MS = 60_000;
const MOST_DEAR_CHARACTERS = 8_192;
const MOUNTS = "/proc/self/mountinfo";
/** USER_HZ; Linux has another one on Alpha alone. */
const TICKS_PER_SECOND = 100;
const USUAL_PAGE_SIZE = 4096;

/** A reader that can be told that a reading begins. */
export interface RemoteReader extends HostReader {
  begin(): void;
}

export class RemoteHost {
  readonly #readers = new Map<string, RemoteReader>();
  readonly #lists = new Map<string, { names: Promise<string[]>; until: number }>();
  #mayHang: ReadonlySet<string> = new Set();

  private constructor(
    readonly files: RemoteFiles,
    /** Whether it has a /proc that tells something: other systems have none, and an account may be shut out. */
    readonly isLinux: boolean,
    readonly pageSize: number,
    /** What may be started there. */
    readonly programs: Programs,
  ) {}

  /** @throws ProbeError */
  static async open(files: RemoteFiles, programs: Programs): Promise<RemoteHost> {
    const [stat] = await files.read(["/proc/stat"]);
    const isLinux = stat?.startsWith("cpu") ?? false;
    return new RemoteHost(files, isLinux, (isLinux ? await files.pageSize() : null) ?? USUAL_PAGE_SIZE, programs);
  }

  /** The reader of a probe, always the same one. */
  readerOf(probe: string): RemoteReader {
    const reader = this.#readers.get(probe) ?? new Reader(this);
    this.#readers.set(probe, reader);
    return reader;
  }

  list(path: string): Promise<string[]> {
    const now = performance.now();
    const known = this.#lists.get(path);
    if (known && now < known.until) return known.names;
    for (const [other, { until }] of this.#lists) if (now >= until) this.#lists.delete(other);
    const names = this.files.list(path).then((found) => found.filter((name) => !name.includes("\0")).sort());
    this.#lists.set(path, { names, until: now + LIST_REST_MS });
    return names;
  }

  fileSystem(path: string): Promise<FileSystemFacts | null> {
    return this.files.fileSystem(path, this.#mayHang.has(path));
  }

  /** Milliseconds since it answered last. */
  get quietMs(): number {
    return performance.now() - this.files.answeredAt;
  }

  /** What the table of mounts says of those that may hang; the table is read before its mounts are asked. */
  learnMounts(text: string): void {
    this.#mayHang = new Set(parseMounts(text).flatMap(({ mount, fstype }) => (mayHang(fstype) ? [mount] : [])));
  }
}

/** How a reader has asked for a file. */
interface Habit {
  /** The reading in which it did so last, and how many one after another. */
  reading: number;
  inRow: number;
  at: number;
  characters: number;
}

class Reader implements RemoteReader {
  readonly kind = "linux";
  readonly ticksPerSecond = TICKS_PER_SECOND;
  readonly pageSize: number;
  readonly #habits = new Map<string, Habit>();
  #ahead = new Map<string, Promise<string | null>>();
  #reading = 0;

  constructor(private readonly host: RemoteHost) {
    this.pageSize = host.pageSize;
  }

  begin(): void {
    const now = performance.now();
    const paths = [...this.#habits].filter(([, habit]) => this.#isExpected(habit, now)).map(([path]) => path);
    this.#reading += 1;
    if (paths.length === 0) return;
    this.#ahead = new Map(paths.map((path) => [path, this.#ask(path)]));
  }

  async text(path: string): Promise<string | null> {
    const ahead = this.#ahead.get(path);
    this.#ahead.delete(path);
    const text = await (ahead ?? this.#ask(path));
    this.#learn(path, text?.length ?? 0);
    if (path === MOUNTS && text !== null) this.host.learnMounts(text);
    return text;
  }

  async once(paths: readonly string[]): Promise<(string | null)[]> {
    return (await this.host.files.once(paths)).map((text) => text?.replaceAll("\0", "") ?? null);
  }

  async processStats(most: number): Promise<ProcessStats> {
    const stats = await this.host.files.processStats(most);
    if (typeof stats === "string") return stats;
    return new Map([...stats].map(([id, text]) => [id, text.replaceAll("\0", "")]));
  }

  list(path: string): Promise<string[]> {
    return this.host.list(path);
  }

  fileSystem(path: string): Promise<FileSystemFacts | null> {
    return this.host.fileSystem(path);
  }

  /** The connection is closed by whoever opened it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #ask(path: string): Promise<string | null> {
    // No text of the kernel holds a zero, and our database takes none.
    const asked = this.host.files.read([path]).then(([text]) => text?.replaceAll("\0", "") ?? null);
    // Read ahead, nobody may ask for it after all.
    asked.catch(() => {});
    return asked;
  }

  #learn(path: string, characters: number): void {
    const known = this.#habits.get(path);
    const goesOn = known && this.#reading - known.reading <= 1;
    const again = known?.reading === this.#reading;
    const inRow = goesOn ? known.inRow + (again ? 0 : 1) : 1;
    this.#habits.set(path, { reading: this.#reading, inRow, at: performance.now(), characters });
  }

  #isExpected({ reading, inRow, at, characters }: Habit, now: number): boolean {
    if (this.host.files.dear && now < at + DEAR_MEMORY_MS && characters <= MOST_DEAR_CHARACTERS) return true;
    return inRow > 1 && reading === this.#reading && characters <= MOST_AHEAD_CHARACTERS;
  }
}
