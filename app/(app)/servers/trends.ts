// The last hour of the servers that a page of the list shows.
import type { Trends } from "@/components/servers/trend";
import { queryServer } from "@/lib/fleet/history";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Actor } from "@/lib/users/permissions";

const TRANSACTIONS = "instance.transactions_per_sec";
/** Of a machine without PostgreSQL. */
const CPU = "cpu.usage_percent";
const HOUR_MS = 3_600_000;
const POINTS = 30;
/** A line of two-minute steps need not follow every refresh of the list. */
const FRESH_MS = 60_000;
const MOST = 1_000;

type Listed = Pick<ServerSummary, "id" | "name" | "has_postgres">;

interface Line {
  at: number;
  values: Promise<(number | null)[]>;
}

const lines = new Map<number, Line>();

/** Reads each server's line, at most once a minute whoever looks; a server whose line cannot be read has none. */
export async function readTrends(actor: Actor, servers: readonly Listed[]): Promise<Trends> {
  const now = Date.now();
  const read = servers.map(async (server) => [server.id, await lineOf(actor, server, now)] as const);
  return new Map(await Promise.all(read));
}

function lineOf(actor: Actor, { id, name, has_postgres }: Listed, now: number): Line["values"] {
  const known = lines.get(id);
  if (known && Math.abs(now - known.at) < FRESH_MS) return known.values;
  if (lines.size >= MOST) lines.clear();
  const values = queryServer(actor, {
    ...{
      server: name,
      metrics: has_postgres ? TRANSACTIONS : CPU,
      from: now - HOUR_MS,
      to: now,
      points: POINTS,
      aggregates: ["avg"],
    },
  }).then(
    ({ series }) => series[0]?.avg ?? [],
    () => {
      lines.delete(id);
      return [];
    },
  );
  lines.set(id, { at: now, values });
  return values;
}
