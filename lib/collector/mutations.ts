// What people tell the collector to do: ask now.
import { appendAudit } from "../audit/append";
import { pool, prisma } from "../db";
import { AppError } from "../errors";
import { type Actor, requirePermission } from "../users/permissions";
import type { RunAccepted, RunNow } from "./schema";

interface Found {
  id: number;
  enabled: boolean;
  probes: string[];
}

const notFound = () => new AppError("not_found", "There is no server of that name.");

async function findServer(name: string): Promise<Found> {
  const { rows } = await pool().query<Found>(
    `SELECT s.id, s.enabled, coalesce((SELECT array_agg(probe ORDER BY probe) FROM probe_state WHERE subject = s.id), '{}') AS probes
     FROM (SELECT id, name, enabled FROM servers UNION ALL SELECT 1, 'dozor', true) AS s
     WHERE s.name = $1 ORDER BY s.id DESC LIMIT 1`,
    [name],
  );
  if (!rows[0]) throw notFound();
  return rows[0];
}

/**
 * Has a server asked now, by whichever instance asks it, also while it pauses after failures. How it went stands in the
 * state of each probe as soon as it is done; a probe is not asked more often than once a second.
 * @throws AppError unauthenticated, forbidden, not_found, invalid (no such probe), conflict (the server is paused)
 */
export async function runNow(actor: Actor | null, { server, probe }: RunNow): Promise<RunAccepted> {
  requirePermission(actor, "servers:write");
  const { id, enabled, probes } = await findServer(server);
  if (!enabled) throw new AppError("conflict", "The server is paused; resume it first.");
  if (probe !== undefined && !probes.includes(probe)) {
    const message = "This server has no such probe.";
    throw new AppError("invalid", message, { fields: [{ path: "probe", message, rule: "unknown" }] });
  }
  await prisma().$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_notify('dozor_run', ${`${id}:${probe ?? ""}`})`;
    await appendAudit(transaction, actor, {
      eventType: "server_run",
      target: { kind: "server", id: String(id), name: server },
      details: { probe: probe ?? "all" },
    });
  });
  return { server, probes: probe === undefined ? probes : [probe] };
}
