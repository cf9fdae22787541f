// What watching costs the watched: statements and waiting by session, durations and failures by probe.
import { performance } from "node:perf_hooks";
import { COST_LABELS, COST_PROBE, costMetrics } from "../metrics/cost";
import type { TargetSession } from "../postgres/connect";
import type { CostProbe, Reading } from "../probe";
import { roundTo } from "../rate";
import type { RunResult } from "./state";

/** Over less than this nothing can be said of a minute. */
const LEAST_MS = 5_000;
/** Connections a server is asked over at most, and while slow questions are under way. */
const MOST_CONNECTIONS = 2;
const MOST_WHILE_SLOW = 3;

type Spending = Pick<TargetSession, "open" | "spent">;

interface Tally {
  runs: number;
  ms: number;
  failures: number;
}

interface Account {
  since: number;
  /** With what each had spent when it was read last. */
  sessions: Map<Spending, { own: boolean; queries: number; ms: number }>;
  /** Sessions opened since that was told last. */
  opened: number;
  /** Questions under way over the shared session. */
  asking: number;
  probes: Map<string, Tally>;
  probe: CostProbe;
}

/** @param now monotonic milliseconds */
export function createCosts(now = () => performance.now()) {
  const accounts = new Map<number, Account>();

  function accountOf(server: number): Account {
    const known = accounts.get(server);
    if (known) return known;
    const account: Account = {
      ...{ since: now(), sessions: new Map(), opened: 0, asking: 0, probes: new Map() },
      probe: {
        facet: "cost",
        name: COST_PROBE,
        ...{ interval: "collect_interval", every: 4, timeoutMs: 1_000 },
        ...{ labels: COST_LABELS, metrics: costMetrics },
        read: () => read(account),
      },
    };
    accounts.set(server, account);
    return account;
  }

  /** What all sessions spent since the reading before; closed ones are let go of. */
  function spentOn({ sessions }: Account): { queries: number; ms: number } {
    const total = { queries: 0, ms: 0 };
    for (const [session, before] of sessions) {
      const { queries, ms } = session.spent;
      total.queries += queries - before.queries;
      total.ms += ms - before.ms;
      if (session.open) Object.assign(before, { queries, ms });
      else sessions.delete(session);
    }
    return total;
  }

  function read(account: Account): Reading {
    const facts = { pool: poolOf(account) };
    const minutes = (now() - account.since) / 60_000;
    if (minutes * 60_000 < LEAST_MS) {
      const reason = "Measured from now on; known after the next interval";
      return {
        rows: [{ labels: {}, values: { connections: facts.pool.open } }],
        unavailable: { queries_per_min: reason, ms_per_min: reason },
        facts,
      };
    }
    const { queries, ms } = spentOn(account);
    const sessions_opened = account.opened;
    account.opened = 0;
    const perMinute = (value: number) => roundTo(value / minutes, 2);
    const whole = {
      queries_per_min: perMinute(queries),
      ms_per_min: perMinute(ms),
      connections: facts.pool.open,
      sessions_opened,
    };
    const probes = [...account.probes].map(([probe, tally]) => ({
      labels: { probe },
      values: { duration_ms: roundTo(tally.ms / tally.runs, 2), failures: perMinute(tally.failures) },
    }));
    account.probes.clear();
    account.since = now();
    return { rows: [{ labels: {}, values: whole }, ...probes], facts };
  }

  return {
    /** Takes notice of a session; `own`: of one slow probe alone. */
    opened(server: number, session: Spending, own: boolean): void {
      const account = accountOf(server);
      account.sessions.set(session, { own, queries: 0, ms: 0 });
      account.opened += 1;
    },
    /** A question over the shared session begins. @returns what tells that it has ended */
    asks(server: number): () => void {
      const account = accountOf(server);
      account.asking += 1;
      return () => {
        account.asking -= 1;
      };
    },
    /** Adds what became of a run. */
    count({ subject, probe, durationMs, outcome }: RunResult): void {
      const account = accounts.get(subject);
      if (!account || probe === COST_PROBE) return;
      const tally = account.probes.get(probe) ?? { runs: 0, ms: 0, failures: 0 };
      tally.runs += 1;
      tally.ms += durationMs;
      tally.failures += outcome.outcome === "failed" ? 1 : 0;
      account.probes.set(probe, tally);
    },
    /** The question that tells it. */
    probeOf: (server: { id: number }): CostProbe => accountOf(server.id).probe,
    /** Forgets all servers but these. */
    retain(servers: ReadonlySet<number>): void {
      for (const server of accounts.keys()) if (!servers.has(server)) accounts.delete(server);
    },
  };
}

function poolOf({ sessions, asking }: Account) {
  const open = [...sessions].filter(([session]) => session.open);
  const own = open.filter(([, { own }]) => own).length;
  const shared = open.length - own;
  return {
    open: open.length,
    idle: Math.max(0, shared - asking),
    waiting: Math.max(0, asking - 1),
    max: own > 0 ? MOST_WHILE_SLOW : MOST_CONNECTIONS,
  };
}
