// How full the file systems of a server are: PostgreSQL tells where its files lie, the machine how much room is there.
import type { TargetSession } from "../postgres/connect";
import { askSql } from "../postgres/run";
import { type PathSpace, ProbeError, type Reading, type Row, type SpaceReader, type StorageProbe } from "../probe";
import { roundTo } from "../rate";
import type { Reason, Reasons } from "../reasons";

/** PostgreSQL may be busy for this long before the paths known from before are used. */
const PATHS_MS = 10_000;
/** To reach the machine, and then to be told of its file systems. */
const REACH_MS = 12_000;
const SPACE_MS = 12_000;

/** An honest server tells of 52 at most. */
const MOST_PATHS = 64;
const LONGEST_NAME = 256;

/** Where something of a server lies; null where PostgreSQL does not tell. */
export interface StoragePath {
  of: string;
  path: string | null;
}

/** What is remembered of a server between two questions. */
export interface KnownPaths {
  paths: readonly StoragePath[];
  /** The PostgreSQL that told them. */
  address: string;
}

export interface StorageSources {
  session(): Promise<TargetSession>;
  space(): Promise<SpaceReader>;
  /** Over SSH; its silence is a failure of SSH then. */
  remote: boolean;
  known: readonly StoragePath[] | undefined;
}

/** A failure of one of the two sides. */
export class SideError extends Error {
  constructor(
    readonly side: "postgres" | "machine",
    override readonly cause: unknown,
  ) {
    super(String(cause));
  }
}

function within<T>(milliseconds: number, late: () => ProbeError, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  return Promise.race([work, passed]).finally(() => clearTimeout(timer));
}

async function readPaths(probe: StorageProbe, session: TargetSession): Promise<StoragePath[]> {
  const rows = await askSql({ ...probe, facet: "postgres" }, session);
  const some = rows.slice(0, MOST_PATHS);
  return some.map(({ of, path }) => ({
    of: String(of).slice(0, LONGEST_NAME),
    path: typeof path === "string" && path !== "" ? path : null,
  }));
}

/**
 * Asks both sides at once. While PostgreSQL is away the paths known from before are looked at.
 * @returns the reading, the paths, and what went wrong with PostgreSQL meanwhile
 * @throws SideError when the machine, or PostgreSQL where nothing is known, could not be asked
 */
export async function askStorage(
  probe: StorageProbe,
  { session, space, remote, known }: StorageSources,
): Promise<{ reading: Reading; paths: readonly StoragePath[]; postgres: unknown }> {
  const silent = () => {
    const message = `The machine did not answer within ${REACH_MS / 1000} s`;
    return new ProbeError(remote ? "ssh_unreachable" : "read", message);
  };
  const late = () => new ProbeError("timeout", `PostgreSQL did not tell its paths within ${PATHS_MS / 1000} s`);
  const [told, reached] = await Promise.allSettled([
    within(
      PATHS_MS,
      late,
      session().then((opened) => readPaths(probe, opened)),
    ),
    within(REACH_MS, silent, space()),
  ]);
  if (reached.status === "rejected") throw new SideError("machine", reached.reason);
  const paths = told.status === "fulfilled" ? told.value : known;
  const postgres = told.status === "rejected" ? told.reason : undefined;
  if (!paths) throw new SideError("postgres", postgres);
  const asked = paths.flatMap(({ path }) => (path === null ? [] : [path]));
  const spaces = await within(SPACE_MS, silent, reached.value.spaceOf(asked)).catch((error) => {
    throw new SideError("machine", error);
  });
  return { reading: toStorageReading(paths, spaces), paths, postgres };
}

/** Rows for each path; several on one file system have the same numbers. Pure. */
export function toStorageReading(paths: readonly StoragePath[], spaces: readonly PathSpace[]): Reading {
  const found = new Map(spaces.map((one) => [one.path, one]));
  const rows: Row[] = [];
  const unavailable: Reasons = {};
  const facts: { of: string; path: string | null; mount: string | null; device: string | null }[] = [];
  for (const { of, path } of paths) {
    const one = path === null ? undefined : found.get(path);
    facts.push({ of, path, mount: one?.mount ?? null, device: one?.device ?? null });
    if (one?.space) rows.push({ labels: { of }, values: valuesOf(one.space) });
    else unavailable[`of=${JSON.stringify(of)}`] = reasonOf(path, one);
  }
  return { rows, unavailable, facts: { paths: facts } };
}

function reasonOf(path: string | null, one: PathSpace | undefined): Reason {
  if (path === null) return "PostgreSQL tells its path only to members of pg_read_all_settings (pg_monitor is one)";
  return one?.reason ?? `The machine does not tell how full the file system of ${path} is`;
}

function valuesOf(space: NonNullable<PathSpace["space"]>): Row["values"] {
  const used = space.totalBytes - space.freeBytes;
  // As df does it: what is kept for root counts as neither used nor free.
  const usable = used + space.availableBytes;
  return {
    total_bytes: space.totalBytes,
    available_bytes: space.availableBytes,
    used_percent: usable > 0 ? roundTo((100 * used) / usable, 2) : null,
    inodes: space.inodes > 0 ? space.inodes : null,
    inodes_free: space.inodes > 0 ? space.inodesFree : null,
    inodes_used_percent: space.inodes > 0 ? roundTo((100 * (space.inodes - space.inodesFree)) / space.inodes, 2) : null,
  };
}
