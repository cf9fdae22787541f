// What a probe, a metric and a sample are: one question about one subject, declared as data and asked by the collector.
import type { Reason, Reasons } from "./reasons";

/** Unit of a metric's values; the interface formats by it. `ratio` is 0..1, `percent` 0..100. */
export type Unit =
  | "percent"
  | "ratio"
  | "bytes"
  | "bytes/s"
  | "KiB/s"
  | "1/s"
  | "count"
  | "ms"
  | "ms/s"
  | "s"
  | "MHz"
  | "celsius"
  | "Mbit/s"
  | "boolean";

/** One number that a probe gives. The key under which it is declared is its name and, for SQL probes, the column's alias. */
export interface MetricDefinition {
  /** `gauge`: stored as it is. `counter`: only ever grows; see `rate` and `stored`. */
  kind: "gauge" | "counter";
  unit: Unit;
  /** One English sentence without a full stop: API and exposition show it. */
  help: string;
  /** Counters: the series that holds their growth per second, e.g. `commits_per_sec`. */
  rate?: { name: string; unit: Unit; help: string };
  /** Counters: whether the cumulative value is a series too. Default false. */
  stored?: boolean;
  /** Host probes: where the value stands in the snapshot, e.g. `interfaces.{interface}.bytes_recv`, `per_core[{core}]`. */
  place?: string;
}

/** The values of one thing (a database, an interface, the whole machine): `null` and absent both mean "no sample". */
export interface Row {
  labels: Record<string, string>;
  values: Record<string, number | null>;
}

/** What an asked probe answered. */
export interface Reading {
  /** Values by metric name (without the probe's name), gauges, rates and stored counters alike. */
  rows: Row[];
  /** Why a value is missing: snapshot place or metric name → reason in English. */
  unavailable?: Reasons;
  /** Texts and other facts that are no numbers over time; kept as the latest only. */
  facts?: Record<string, unknown>;
  /** What only /metrics tells: counters as they stand, of which series have the growth; kept as the latest only. */
  exposed?: Row[];
  /** Answered, but not all of it for want of a right: the server is degraded by it. */
  lacking?: Trouble;
}

/** What is wrong, for programs and for people. */
export interface Trouble {
  code: FailureCode;
  message: string;
}

/** What became of one run. `nothing`: asked in vain for a good reason, which is no failure. */
export type Outcome =
  | { outcome: "ok"; reading: Reading }
  | { outcome: "nothing"; reason: Reason }
  | { outcome: "failed"; code: FailureCode; message: string };

/** Why a run failed; a server's status reason is one of these, decided where the error is met, never from a message. */
export type FailureCode =
  | "dns"
  | "refused"
  | "timeout"
  | "tls"
  | "auth"
  | "permission"
  | "too_many_connections"
  | "starting_up"
  | "unreachable"
  | "no_database"
  | "protocol"
  | "ssh_unreachable"
  | "ssh_auth"
  | "ssh_host_key"
  | "sql"
  | "read"
  | "parse"
  | "internal";

/** What is wrong with an outcome: its failure, or what it lacks; null where nothing is. */
export function troubleOf(outcome: Outcome): Trouble | null {
  if (outcome.outcome === "failed") return { code: outcome.code, message: outcome.message };
  return outcome.outcome === "ok" ? (outcome.reading.lacking ?? null) : null;
}

/** Codes that mean the server was not reached or did not let us in; the others mean that it answered. */
export const UNREACHED: ReadonlySet<string> = new Set<FailureCode>([
  "dns",
  "refused",
  "timeout",
  "tls",
  "auth",
  "too_many_connections",
  "starting_up",
  "unreachable",
  "no_database",
  "protocol",
]);

/** Codes that mean that the machine was not reached over SSH. */
export const SSH_CODES: ReadonlySet<string> = new Set<FailureCode>(["ssh_unreachable", "ssh_auth", "ssh_host_key"]);

/** A failure that a probe or a connection met, already classified. `message` is for people and holds no secret. */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
  constructor(
    readonly code: FailureCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The setting that drives a probe's interval (see the settings' schema), times `every`. */
export type IntervalSetting =
  | "sampling_interval_seconds"
  | "collect_interval"
  | "size_update_interval"
  | "db_check_interval";

interface ProbeBase {
  /** First part of its series' names and its snapshot type: `cpu`, `databases`. */
  name: string;
  interval: IntervalSetting;
  every?: number;
  timeoutMs: number;
  /** Every metric and rate this probe can give, by name. */
  metrics: Record<string, MetricDefinition>;
  /** Label names its rows may carry, in the order in which they are shown. */
  labels: readonly string[];
}

/** Reads files (or the operating system's library) in one step, computes rows in a pure second one. */
export interface HostProbe<Raw = unknown> extends ProbeBase {
  facet: "host";
  /** `false`: too dear for every second; asked on its schedule alone, whoever looks. */
  live?: false;
  read(host: HostReader): Promise<Raw>;
  /**
   * @param before the previous raw reading of the same job, or undefined after a start or a failure
   * @param elapsedSeconds monotonic seconds between the two readings
   */
  rows(now: Raw, before: Raw | undefined, elapsedSeconds: number): Reading;
}

/** Asks with SQL; the runner turns counters into rates and keeps declared facts. */
export interface SqlProbe extends ProbeBase {
  facet: "postgres";
  /** By the oldest major version that understands it; the newest not above the server's is used. */
  sql: Readonly<Record<number, string>>;
  /** Text columns that go to `facts` instead of series. */
  facts?: readonly string[];
  /** May take long: asked on a connection opened for it alone, beside the one that the other probes share. */
  ownConnection?: boolean;
  /** A column whose change means that all counters of that row began anew. */
  resetBy?: string;
  /** Asks in several steps instead of running `sql` once; must give rows with the same columns. */
  ask?(session: SqlSession): Promise<SqlRow[]>;
}

/** Asks the server where its files lie, and then the machine how full the file systems there are. */
export interface StorageProbe extends ProbeBase {
  facet: "storage";
  /**
   * Gives rows of `of` (`data`, `wal`, or a tablespace's name; `tablespace data` where one is called so) and `path`, NULL
   * where it may not be read; by oldest major version as in `SqlProbe`.
   */
  sql: Readonly<Record<number, string>>;
}

/** Tells what watching a server costs it, from what was measured while asking. */
export interface CostProbe extends ProbeBase {
  facet: "cost";
  /** What was spent since the reading before. */
  read(): Reading;
}

export type Probe = HostProbe | SqlProbe | StorageProbe | CostProbe;
/** Through what a probe asks: the machine, its PostgreSQL, both, or nobody. */
export type Facet = Probe["facet"];
export type SqlRow = Record<string, unknown>;

/** A marked, read-only, time-limited connection to a watched server. */
export interface SqlSession {
  /** Major version, e.g. 18. */
  readonly version: number;
  query(sql: string, parameters?: readonly unknown[]): Promise<SqlRow[]>;
}

/** The machine that is read: this one's files, or another's over SSH. */
/** /proc/PID/stat of each process by its number; a text says why not. */
export type ProcessStats = ReadonlyMap<string, string> | "too many" | "refused";

export interface HostReader {
  /** `linux` reads /proc and /sys; `library` asks the systeminformation package. */
  readonly kind: "linux" | "library";
  /** Whole text of a file (handles are kept open), or `null` where it does not exist or may not be read. */
  text(path: string): Promise<string | null>;
  /**
   * Whole texts of files that come and go, in the order of the paths; no handle outlives the call. Absent where
   * there is no /proc.
   */
  once?(paths: readonly string[]): Promise<(string | null)[]>;
  /** Where the texts of all processes are to be had at once: cheaper than a listing and `once`. */
  processStats?(most: number): Promise<ProcessStats>;
  /** Names in a directory, sorted; empty where it does not exist. */
  list(path: string): Promise<string[]>;
  /** File system facts as of statvfs(3), or `null` where it does not answer in time. */
  fileSystem(path: string): Promise<FileSystemFacts | null>;
  /** Page size in bytes. */
  readonly pageSize: number;
  /** Clock ticks per second (USER_HZ). */
  readonly ticksPerSecond: number;
  close(): Promise<void>;
}

/** The file system that holds a path; without `space` it could not be had, for that reason. */
export interface PathSpace {
  path: string;
  /** Where it is mounted; null where that cannot be told. */
  mount: string | null;
  /** `/dev/sda1`, `server:/export`; null where that cannot be told. */
  device: string | null;
  space: FileSystemFacts | null;
  reason?: Reason;
}

/** Tells how full file systems are, here or on another machine. */
export interface SpaceReader {
  /** One answer for each path, in that order. @throws ProbeError where the machine cannot be asked */
  spaceOf(paths: readonly string[]): Promise<PathSpace[]>;
}

/** Sizes in bytes; `availableBytes` is what an ordinary user may still write. */
export interface FileSystemFacts {
  totalBytes: number;
  freeBytes: number;
  availableBytes: number;
  inodes: number;
  inodesFree: number;
}

/** Declares a probe; exists so that a file's default shape is checked and its names are inferred. */
export function defineProbe<Raw>(probe: HostProbe<Raw>): HostProbe<Raw>;
export function defineProbe(probe: SqlProbe): SqlProbe;
export function defineProbe(probe: Probe): Probe {
  return probe;
}
