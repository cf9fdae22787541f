// What an Alertmanager reports becomes events of the feed, each piece of news once.
import { appendActivities, type Target } from "../activity/append";
import { prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { appendSystemLog } from "../syslog/append";
import { Turns } from "../turns";
import { type Actor, requirePermission } from "../users/permissions";
import { type AlertKey, eventOf, keyOf } from "./event";
import type { ReportedAlert, WebhookAnswer, WebhookMessage } from "./webhook-schema";

/** One after another: those that wait for the lock below would each keep a connection that pages need. */
const reports = new Turns(1);
const MOST_WAITING = 20;

/**
 * Takes a group of alerts. One that the feed tells already, fired or resolved, is no news: an Alertmanager repeats what
 * still fires, and two in a pair report the same.
 * @throws AppError unauthenticated, forbidden, unavailable while many wait: an Alertmanager tries again
 */
export async function reportAlerts(actor: Actor | null, message: WebhookMessage): Promise<WebhookAnswer> {
  requirePermission(actor, "alerts:write");
  if (reports.waiting >= MOST_WAITING)
    throw new AppError("unavailable", "Many alerts are being taken already.", { retryAfterSeconds: 5 });
  return reports.run(() => takeAlerts(message));
}

function takeAlerts(message: WebhookMessage): Promise<WebhookAnswer> {
  const { receiver, truncatedAlerts } = message;
  const alerts = [...new Map(message.alerts.map((alert) => [wordOf(keyOf(alert)), alert])).values()];
  return prisma().$transaction(async (transaction) => {
    // Two that report at once must see each other's events.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('dozor.alertmanager'))`;
    const told = await toldAmong(transaction, alerts);
    const news = alerts.filter((alert) => !told.has(wordOf(keyOf(alert))));
    const targetOf = await targetsOf(transaction, news);
    await appendActivities(
      transaction,
      news.map((alert) => eventOf(alert, targetOf(alert))),
    );
    if (truncatedAlerts > 0) await noteTruncated(transaction, receiver, truncatedAlerts);
    return { recorded: news.length, repeated: message.alerts.length - news.length };
  });
}

const wordOf = ({ type, fingerprint, starts_at }: AlertKey) => `${type} ${starts_at} ${fingerprint}`;

/** What the feed tells already. One look at each event, whatever PostgreSQL thinks of how many there are. */
async function toldAmong(transaction: Transaction, alerts: readonly ReportedAlert[]): Promise<Set<string>> {
  const rows = await transaction.$queryRawUnsafe<AlertKey[]>(
    `SELECT type, details ->> 'fingerprint' AS fingerprint, details ->> 'starts_at' AS starts_at
     FROM activity_events
     WHERE type IN ('alert_fired', 'alert_resolved') AND details ->> 'fingerprint' = ANY ($1::text[])`,
    [...new Set(alerts.map(({ fingerprint }) => fingerprint))],
  );
  // Heard after its end, that it fires would stand there for ever.
  const ended = rows
    .filter(({ type }) => type === "alert_resolved")
    .map((key) => ({ ...key, type: "alert_fired" as const }));
  return new Set([...rows, ...ended].map(wordOf));
}

/** Finds what an alert is about: the server that its label `server` names, else the channel of its label `channel_id`. */
async function targetsOf(
  transaction: Transaction,
  alerts: readonly ReportedAlert[],
): Promise<(alert: ReportedAlert) => Target | undefined> {
  const named = (label: string) => [...new Set(alerts.flatMap(({ labels }) => labels[label] ?? []))];
  const rows = await transaction.$queryRawUnsafe<(Target & { word: string })[]>(
    `SELECT 'server' AS kind, id::text, name, name AS word FROM servers WHERE name = ANY($1::text[])
     UNION ALL
     SELECT 'channel', channel_id, coalesce(name, channel_id), channel_id FROM channels WHERE channel_id = ANY($2::text[])`,
    named("server"),
    named("channel_id"),
  );
  const targets = new Map(rows.map(({ word, ...target }) => [`${target.kind} ${word}`, target]));
  return ({ labels }) => targets.get(`server ${labels.server}`) ?? targets.get(`channel ${labels.channel_id}`);
}

/** What was left out is nowhere told but here. */
const noteTruncated = (transaction: Transaction, receiver: string, count: number): Promise<void> =>
  appendSystemLog(transaction, {
    level: "warning",
    source: "alertmanager",
    message: `Alertmanager left ${count} ${count === 1 ? "alert" : "alerts"} of a group out: max_alerts of its webhook is lower`,
    details: { receiver: receiver.slice(0, 200), truncated: count },
  });
