// How the file systems of a server filled in the last week, and where that leads.
import type { StoragePlace } from "@/components/server/storage";
import { type Forecast, forecast } from "@/lib/fleet/forecast";
import { queryServer } from "@/lib/fleet/history";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Actor } from "@/lib/users/permissions";

const WEEK_MS = 7 * 86_400_000;
const POINTS = 168;

/** Whose space is left, and which metric and label tell it. */
interface Filling {
  metric: string;
  label: string;
  of: readonly { name: string; totalBytes: number | null }[];
}

/** By the label's value. */
export async function readForecasts(
  actor: Actor,
  { name }: Pick<ServerSummary, "name">,
  { metric, label, of }: Filling,
): Promise<Record<string, Forecast>> {
  const now = Date.now();
  const { ts, series } = await queryServer(actor, {
    ...{ server: name, metrics: metric, from: now - WEEK_MS, to: now, points: POINTS },
    aggregates: ["avg"],
  });
  // A mount point that changed its device has a series of each: the newest value says which one is there now.
  const newestOf = ({ avg }: (typeof series)[number]) => avg.findLastIndex((value) => value !== null);
  const current = series.toSorted((a, b) => newestOf(b) - newestOf(a));
  return Object.fromEntries(
    of.map(({ name, totalBytes }) => [
      name,
      forecast(ts, current.find(({ labels }) => labels[label] === name)?.avg ?? [], totalBytes),
    ]),
  );
}

/** Of the places where PostgreSQL keeps its files. */
export const storageFilling = (places: readonly StoragePlace[]): Filling => ({
  ...{ metric: "storage.available_bytes", label: "of" },
  of: places.map(({ of, totalBytes }) => ({ name: of, totalBytes })),
});
