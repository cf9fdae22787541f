// The last hour of channels and of all together, as small lines.
import type { ListenerLines } from "@/components/streams/listener-line";
import type { TotalLines } from "@/components/streams/summary-cards";
import { readSeries } from "@/lib/metrics/read";
import { channelSubject } from "@/lib/streams/queries";
import { type Channel, isOnAir } from "@/lib/streams/schema";
import type { Actor } from "@/lib/users/permissions";

const HOUR_MS = 3_600_000;
const POINTS = 60;
/** A line of one-minute steps need not follow every refresh of the page. */
const FRESH_MS = 30_000;
const MOST = 1_000;
/** What the first screens of the page show. */
const MOST_AT_ONCE = 80;
/** The subject that stands for Dozor itself. */
const SELF = 1;

type Values = (number | null)[];
interface Line {
  at: number;
  values: Promise<Values>;
}

const lines = new Map<string, Line>();

/** Listeners of the last hour of the channels that pages show, each read at most twice a minute whoever looks. */
export async function readListenerLines(actor: Actor, channels: readonly Channel[]): Promise<ListenerLines> {
  const now = Date.now();
  const shown = channels
    .filter(({ status }) => status !== "stopped")
    .sort((a, b) => Number(isOnAir(b.status)) - Number(isOnAir(a.status)) || (b.listeners ?? -1) - (a.listeners ?? -1))
    .slice(0, MOST_AT_ONCE);
  const read = shown.map(async ({ channel_id }) => [channel_id, await lineOf(actor, channel_id, now)] as const);
  return Object.fromEntries(await Promise.all(read));
}

function lineOf(actor: Actor, channelId: string, now: number): Promise<Values> {
  const known = lines.get(channelId);
  if (known && Math.abs(now - known.at) < FRESH_MS) return known.values;
  if (lines.size >= MOST) lines.clear();
  const values = channelSubject(actor, channelId)
    .then(({ id }) => readHour(id, ["stream.listeners"], now))
    .then(
      ([listeners = []]) => listeners,
      () => {
        lines.delete(channelId);
        return [];
      },
    );
  lines.set(channelId, { at: now, values });
  return values;
}

/** The last hour of all channels together; a line that cannot be read is none. */
export async function readTotalLines(): Promise<TotalLines> {
  const metrics = ["streams.active", "streams.listeners", "streams.queue_items"];
  const [active = [], listeners = [], queue = []] = await readHour(SELF, metrics, Date.now()).catch(() => []);
  return { active, listeners, queue };
}

async function readHour(subject: number, metrics: readonly string[], now: number): Promise<Values[]> {
  const selectors = metrics.map((metric) => ({ metric }));
  const { series } = await readSeries({ subject, selectors, from: now - HOUR_MS, to: now, points: POINTS });
  return metrics.map((metric) => series.find((one) => one.metric === metric)?.avg ?? []);
}
