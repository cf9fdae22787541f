// How the file systems of a server filled in the last week, and where that leads.
import type { StoragePlace } from "@/components/server/storage";
import { type Forecast, forecast } from "@/lib/fleet/forecast";
import { queryServer } from "@/lib/fleet/history";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Actor } from "@/lib/users/permissions";

const WEEK_MS = 7 * 86_400_000;
const POINTS = 168;

/** By `of` of each place. */
export async function readForecasts(
  actor: Actor,
  { name }: Pick<ServerSummary, "name">,
  places: readonly StoragePlace[],
): Promise<Record<string, Forecast>> {
  const now = Date.now();
  const { ts, series } = await queryServer(actor, {
    ...{ server: name, metrics: "storage.available_bytes", from: now - WEEK_MS, to: now, points: POINTS },
    aggregates: ["avg"],
  });
  return Object.fromEntries(
    places.map(({ of, totalBytes }) => [
      of,
      forecast(ts, series.find(({ labels }) => labels.of === of)?.avg ?? [], totalBytes),
    ]),
  );
}
