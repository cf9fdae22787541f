// What of a server can be put into a chart: the metrics it really has, with their instances.
import { pool } from "../db";
import { metricCatalog } from "../metrics/catalog";
import { type Actor, requirePermission } from "../users/permissions";
import { ownerOf } from "./history";
import type { MetricChoice } from "./schema";

/**
 * Metrics of which a server, or a channel, ever had a sample, in the catalog's order; instances by their labels.
 * @throws AppError invalid when there is no such server or channel; forbidden and the like when the actor may not read
 */
export async function metricChoices(
  actor: Actor | null,
  server: string,
  channel?: string | undefined,
): Promise<MetricChoice[]> {
  requirePermission(actor, "servers:read");
  const { id } = await ownerOf(actor, { server, channel });
  const { rows } = await pool().query<{ metric: string; instances: Record<string, string>[] }>(
    "SELECT metric, jsonb_agg(labels ORDER BY labels) AS instances FROM series WHERE subject = $1 GROUP BY metric",
    [id],
  );
  const instances = new Map(rows.map((row) => [row.metric, row.instances]));
  return [...metricCatalog().values()].flatMap(({ metric, unit, help, probe }) => {
    const found = instances.get(metric);
    return found ? [{ metric, unit, help, probe, instances: found }] : [];
  });
}
