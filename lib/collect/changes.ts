// What people are told when servers and probes begin to fail or answer again: one entry per change, never per repetition.
import { appendActivity } from "../activity/append";
import { pool, prisma, type Transaction } from "../db";
import { log } from "../log";
import { facetOf } from "../metrics/catalog";
import { type Outcome, troubleOf } from "../probe";
import { appendSystemLog } from "../syslog/append";
import type { TaskSpec } from "./plan";
import { compare, levelOf, type ProbeStanding, type Standings, type Telling, type Told, toldOf } from "./standing";

/** What comes this close together is one change: all probes of a server notice that it is away. */
const SETTLE_MS = 1_000;
const RETRY_MS = 5_000;
/** After a server came back its probes have this long to do so; and when one does not reach it, the others to do so or not. */
const RETURN_MS = 30_000;

interface Known {
  name: string;
  standings: Map<string, ProbeStanding>;
  told: Told;
  /** The server has no PostgreSQL. */
  machineAlone: boolean;
  timer?: NodeJS.Timeout;
  /** Probes that have not been asked since their server came back: that it was away is told. */
  returning: Set<string>;
  returned?: NodeJS.Timeout;
  /** Runs while probes that did not reach the server wait for what the others find. */
  patience?: NodeJS.Timeout | "over";
  /** What is being written down; the next writing begins with what that has told. */
  writing: Promise<void>;
}

function forget({ timer, returned, patience }: Known): void {
  clearTimeout(timer);
  clearTimeout(returned);
  if (patience !== "over") clearTimeout(patience);
}

/** How the probes of these subjects stood when that was last written down, whoever asked them. */
async function readStandings(subjects: readonly number[]): Promise<Map<number, Standings>> {
  const { rows } = await pool().query<{
    subject: number;
    probe: string;
    interval_seconds: number;
    code: string | null;
    message: string | null;
  }>(
    `SELECT subject, probe, interval_seconds, message,
       CASE outcome WHEN 'failed' THEN coalesce(code, 'internal') WHEN 'ok' THEN code END AS code
     FROM probe_state WHERE subject = ANY($1) AND outcome IS NOT NULL`,
    [subjects],
  );
  const found = new Map<number, Map<string, ProbeStanding>>();
  for (const { subject, probe, interval_seconds: intervalSeconds, ...rest } of rows) {
    const facet = facetOf(probe) ?? "postgres";
    const standings = found.get(subject) ?? new Map<string, ProbeStanding>();
    found.set(subject, standings.set(probe, { facet, intervalSeconds, ...rest }));
  }
  return found;
}

async function write(transaction: Transaction, { id, name }: { id: number; name: string }, told: Telling) {
  const { probe, code, message } = told;
  const verdict = code === null ? "answers again" : probe === null ? `is down: ${message}` : message;
  const text = probe === null ? `${name} ${verdict}` : `${probe}${code === null ? " " : ": "}${verdict}`;
  await appendSystemLog(transaction, {
    level: levelOf(code),
    source: "collector",
    server: name,
    message: text,
    details: { ...(probe !== null && { probe }), ...(code !== null && { code }) },
  });
  if (probe !== null) return;
  await appendActivity(transaction, {
    type: code === null ? "server_up" : "server_down",
    severity: code === null ? "info" : "error",
    message: text,
    target: { kind: "server", id: String(id), name },
  });
}

/** Tells of changes. What another instance, or this one before a restart, has told is known from what it wrote down. */
export function createChangeReporter() {
  const servers = new Map<number, Known>();

  function settle(id: number, known: Known): Promise<void> {
    known.writing = known.writing.then(() => tell(id, known));
    return known.writing;
  }

  /** Never throws. */
  async function tell(id: number, known: Known): Promise<void> {
    const asked = new Map([...known.standings].filter(([probe]) => !known.returning.has(probe)));
    const { tellings, told, returning, falling } = compare(asked, known.told, {
      patient: known.patience !== "over",
      machineAlone: known.machineAlone,
    });
    try {
      if (tellings.length > 0)
        await prisma().$transaction(async (transaction) => {
          for (const telling of tellings) await write(transaction, { id, name: known.name }, telling);
        });
      known.told = told;
      if (returning.length > 0) awaitReturn(id, known, returning);
      awaitOthers(id, known, falling.length > 0);
    } catch (error) {
      log.warn({ err: error }, "a change could not be written down; it is tried again");
      if (servers.get(id) === known) known.timer ??= later(id, known, RETRY_MS);
    }
  }

  function awaitReturn(id: number, known: Known, probes: readonly string[]): void {
    clearTimeout(known.returned);
    known.returning = new Set(probes);
    known.returned = setTimeout(() => {
      known.returning.clear();
      if (servers.get(id) === known) void settle(id, known);
    }, RETURN_MS);
  }

  /** Probes that did not reach the server wait for what the others find, but not for ever. */
  function awaitOthers(id: number, known: Known, isFalling: boolean): void {
    if (!isFalling) {
      if (known.patience !== "over") clearTimeout(known.patience);
      delete known.patience;
    } else if (known.patience === undefined) {
      known.patience = setTimeout(() => {
        known.patience = "over";
        if (servers.get(id) === known) void settle(id, known);
      }, RETURN_MS);
    }
  }

  function later(id: number, known: Known, ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      delete known.timer;
      void settle(id, known);
    }, ms);
  }

  return {
    /**
     * Makes itself acquainted with servers before they are asked; forgets the others.
     * @param machines those without PostgreSQL
     * @throws the database's errors
     */
    async learn(asked: ReadonlyMap<number, string>, machines: ReadonlySet<number> = new Set()): Promise<void> {
      /** Those that were told to be down as something else: that they are up is still to be told. */
      const wereDown = new Set<number>();
      for (const [id, known] of servers) {
        // What a server is above all has changed: what was told of it is judged anew.
        if (asked.has(id) && known.machineAlone === machines.has(id)) continue;
        forget(known);
        servers.delete(id);
        await known.writing;
        if (asked.has(id) && known.told.down) wereDown.add(id);
      }
      const fresh = [...asked].filter(([id]) => !servers.has(id));
      if (fresh.length === 0) return;
      const found = await readStandings(fresh.map(([id]) => id));
      for (const [id, name] of fresh) {
        const machineAlone = machines.has(id);
        const standings = new Map(
          [...(found.get(id) ?? [])].filter(([, one]) => one.facet === "host" || !machineAlone),
        );
        const told = toldOf(standings, machineAlone);
        const known: Known = { name, standings, told, machineAlone, returning: new Set(), writing: Promise.resolve() };
        servers.set(id, known);
        if (!wereDown.has(id)) continue;
        known.told = { ...told, down: true };
        known.timer = later(id, known, SETTLE_MS);
      }
    },
    /** Takes notice of how a probe stands now. */
    report({ server, probe, intervalMs }: TaskSpec, outcome: Outcome): void {
      const known = servers.get(server.id);
      if (!known) return;
      known.name = server.name;
      known.returning.delete(probe.name);
      const { code, message } = troubleOf(outcome) ?? { code: null, message: null };
      known.standings.set(probe.name, { facet: probe.facet, intervalSeconds: intervalMs / 1000, code, message });
      known.timer ??= later(server.id, known, SETTLE_MS);
    },
    /** Tells at once what is still to be told. */
    async close(): Promise<void> {
      for (const [id, known] of servers) {
        forget(known);
        if (known.timer || known.patience) {
          known.patience = "over";
          void settle(id, known);
        }
        delete known.timer;
        await known.writing;
      }
      servers.clear();
    },
  };
}
