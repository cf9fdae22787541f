// Takes notice of databases that come and go, and sees to it that the samples of each go to its own series.
import { log } from "../log";
import type { DatabaseLabels } from "../metrics/relabel";
import { forgetPlaces } from "../metrics/slots";
import type { Row } from "../probe";
import { changesBy, type KnownDatabase, labelling, MOST_KNOWN, type Sighting } from "./databases-seen";
import { readKnown, writeDown } from "./inventory-record";
import type { Recorder } from "./record";
import { sightingOf } from "./sighting";
import type { RunResult } from "./state";

/** Samples of a server wait this long at most while a change of its databases is written down. */
const HOLD_MS = 3_000;

/**
 * To write changes down moves series: a server whose databases change all the time has it done this often within that time,
 * and then again when some of it has passed.
 */
const MOST_WRITES = 20;
const WRITES_MS = 600_000;
/** As many changes as no honest server makes at once weigh as much as all of them, but for the first list. */
const MANY = 200;

interface Server {
  name: string;
  /** As our database has it. */
  known: KnownDatabase[];
  /** oid by name as the server told it last, and when. */
  seen: ReadonlyMap<string, number>;
  seenAt: number;
  /** Names under which databases were seen first that our database does not have yet. */
  first: Map<number, string>;
  /** What is not written down yet, by probe. */
  pending: Map<string, Sighting>;
  /** Labels for names whose series stand under others. */
  aliases: ReadonlyMap<string, DatabaseLabels>;
  /** Results that wait until a change is written down, each with what was seen when it came. */
  held: { result: RunResult; seen: Server["seen"] }[] | undefined;
  isWriting: boolean;
  /** When the last of them were written down, on the process's own clock. */
  writtenAt: number[];
  /** How many the last thing it told makes. */
  changes: number;
  settling: Promise<void>;
}

function aliasesOf({ known, seen, first }: Pick<Server, "known" | "seen" | "first">): Server["aliases"] {
  const labelsOf = labelling(known, first);
  const all = [...seen].map(([name, oid]) => [name, labelsOf(oid, name)] as const);
  return new Map(all.filter(([name, { database, oid }]) => database !== name || oid !== undefined));
}

/** The result with the labels under which our database has the series now. */
function relabelled(result: RunResult, aliases: Server["aliases"]): RunResult {
  const { outcome } = result;
  if (aliases.size === 0 || result.live || outcome.outcome !== "ok") return result;
  const relabel = (row: Row): Row => {
    const alias = aliases.get(row.labels.database ?? "");
    return alias ? { ...row, labels: { ...row.labels, ...alias } } : row;
  };
  return {
    ...result,
    outcome: { ...outcome, reading: { ...outcome.reading, rows: outcome.reading.rows.map(relabel) } },
  };
}

const mayWrite = (writtenAt: readonly number[]): boolean =>
  writtenAt.length < MOST_WRITES || performance.now() - (writtenAt[0] ?? 0) > WRITES_MS;

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done within ${ms / 1000} s`)), ms);
  });
  work.catch(() => {});
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Stands before the recorder. Samples of a database go to its own series from the moment at which its server tells of a
 * change: until that is written down they keep the labels under which its series stand. It is written down when all
 * earlier samples are, those in the spool included; meanwhile the server's results wait, for 3 s at most.
 */
export function createInventory(
  recorder: Pick<Recorder, "push" | "flush" | "counts">,
  { holdMs = HOLD_MS }: { holdMs?: number } = {},
) {
  const servers = new Map<number, Server>();

  function release(server: Server): void {
    const { known, first, held = [] } = server;
    server.held = undefined;
    for (const { result, seen } of held) recorder.push(relabelled(result, aliasesOf({ known, seen, first })));
  }

  const isDue = ({ pending, isWriting, writtenAt }: Server) =>
    pending.size > 0 && !isWriting && mayWrite(writtenAt) && recorder.counts().delayed === 0;

  async function write(id: number, server: Server): Promise<void> {
    server.isWriting = true;
    const weight = server.known.length > 0 && server.changes > MANY ? MOST_WRITES : 1;
    server.writtenAt = [...server.writtenAt, ...Array(weight).fill(performance.now())].slice(-MOST_WRITES);
    try {
      const sightings = [...server.pending.values()].sort((a, b) => a.at - b.at);
      await recorder.flush();
      if (recorder.counts().delayed > 0) throw new Error("Earlier samples are not written yet");
      server.known = await writeDown(id, server, sightings);
      for (const [probe, sighting] of server.pending) if (sightings.includes(sighting)) server.pending.delete(probe);
      for (const { oid } of server.known) server.first.delete(oid);
      server.aliases = aliasesOf(server);
      forgetPlaces(id);
    } finally {
      server.isWriting = false;
    }
  }

  /** Never throws; what could not be written down is tried again when the server tells of its databases next. */
  async function settle(id: number, server: Server): Promise<void> {
    server.held = [];
    const isWritten = await within(holdMs, write(id, server)).then(
      () => true,
      (error) => {
        log.warn({ err: error, server: server.name }, "changes of databases are not written down yet");
        return false;
      },
    );
    release(server);
    if (isWritten && isDue(server)) await settle(id, server);
  }

  function notice(id: number, server: Server, { probe, sighting }: { probe: string; sighting: Sighting }): void {
    const known = new Set(server.known.map(({ oid }) => oid));
    // A template is no database that anybody counts, unless it was one.
    const databases = sighting.databases.filter(({ oid, isTemplate }) => known.has(oid) || !isTemplate);
    for (const { oid, name } of databases)
      if (!known.has(oid) && !server.first.has(oid) && server.first.size < MOST_KNOWN) server.first.set(oid, name);
    if (sighting.at >= server.seenAt) {
      server.seen = new Map(databases.map(({ name, oid }) => [name, oid]));
      server.seenAt = sighting.at;
      server.aliases = aliasesOf(server);
    }
    server.pending.delete(probe);
    server.changes = changesBy(server.known, sighting).changed.length;
    if (server.changes > 0) server.pending.set(probe, sighting);
    if (isDue(server)) server.settling = settle(id, server);
  }

  return {
    /** Makes itself acquainted with servers before they are asked; forgets the others. @throws the database's errors */
    async learn(asked: ReadonlyMap<number, string>): Promise<void> {
      for (const [id, server] of servers) {
        if (asked.has(id)) continue;
        release(server);
        servers.delete(id);
      }
      for (const [id, name] of asked) Object.assign(servers.get(id) ?? {}, { name });
      const fresh = [...asked].filter(([id]) => !servers.has(id));
      if (fresh.length === 0) return;
      const found = await readKnown(fresh.map(([id]) => id));
      for (const [id, name] of fresh) {
        // Whoever asked it until now may have moved series.
        forgetPlaces(id);
        const unseen = { seen: new Map(), seenAt: Number.NEGATIVE_INFINITY, first: new Map(), aliases: new Map() };
        const known = found.get(id) ?? [];
        const idle = {
          pending: new Map(),
          held: undefined,
          isWriting: false,
          writtenAt: [],
          changes: 0,
          settling: Promise.resolve(),
        };
        servers.set(id, { name, known, ...unseen, ...idle });
      }
    },
    /** Hands a result on to the recorder. */
    record(result: RunResult): void {
      const server = servers.get(result.subject);
      const sighting = sightingOf(result);
      if (server && sighting) notice(result.subject, server, { probe: result.probe, sighting });
      if (server?.held) server.held.push({ result, seen: server.seen });
      else recorder.push(server ? relabelled(result, server.aliases) : result);
    },
    /** Our database may be another one now: what it knows is read again. */
    forget(): void {
      for (const server of servers.values()) release(server);
      servers.clear();
    },
    /** Waits for what is being written down. */
    async close(): Promise<void> {
      await Promise.all([...servers.values()].map(({ settling }) => settling));
    },
  };
}
