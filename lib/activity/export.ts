// The feed as a file: all events that match, newest first, page by page, so that any length takes the same memory.
import { appendAudit } from "../audit/append";
import { toCsv } from "../csv";
import { prisma } from "../db";
import { type Actor, requirePermission } from "../users/permissions";
import { type ActivityFilter, type PageQuery, readMatching } from "./queries";
import type { ActivityEvent } from "./schema";

export const EXPORT_FORMATS = ["csv", "json"] as const;
type ExportFormat = (typeof EXPORT_FORMATS)[number];

const PAGE = 1_000;
const COLUMNS = [
  ...["id", "created_at", "type", "severity", "message", "user_email", "actor"],
  ...["target_kind", "target_id", "target_name", "details"],
];

/**
 * Writes down who exports, then gives the text in pieces. E-mails as in the list.
 * @throws AppError unauthenticated, forbidden
 */
export async function exportActivity(
  actor: Actor | null,
  format: ExportFormat,
  filter: ActivityFilter,
): Promise<ReadableStream<Uint8Array>> {
  requirePermission(actor, "activity:read");
  await prisma().$transaction((transaction) =>
    appendAudit(transaction, actor, {
      eventType: "export",
      target: { kind: "activity", id: "activity", name: "Activity" },
      details: { format, ...asked(filter) },
    }),
  );
  const pieces = format === "csv" ? csvPieces(actor, filter) : jsonPieces(actor, filter);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await pieces.return(undefined)),
  });
}

/** The filters that were set. */
function asked({ types = [], severities = [], search, from, to }: ActivityFilter) {
  return {
    ...(types.length > 0 && { types: [...types] }),
    ...(severities.length > 0 && { severities: [...severities] }),
    ...(search && { search }),
    ...(from && { from: from.toISOString() }),
    ...(to && { to: to.toISOString() }),
  };
}

async function* pagesOf(actor: Actor, filter: ActivityFilter): AsyncGenerator<ActivityEvent[]> {
  let query: PageQuery = { ...filter, limit: PAGE };
  for (;;) {
    const events = await readMatching(actor, query);
    if (events.length > 0) yield events;
    if (events.length < PAGE) return;
    query = { ...query, before: events.at(-1)?.id ?? null };
  }
}

async function* csvPieces(actor: Actor, filter: ActivityFilter): AsyncGenerator<string, void> {
  const header = toCsv(COLUMNS, []);
  yield header;
  for await (const events of pagesOf(actor, filter)) yield toCsv(COLUMNS, events.map(toRow)).slice(header.length);
}

function toRow({ target, ...event }: ActivityEvent): Record<string, unknown> {
  return { ...event, target_kind: target?.kind, target_id: target?.id, target_name: target?.name };
}

async function* jsonPieces(actor: Actor, filter: ActivityFilter): AsyncGenerator<string, void> {
  let total = 0;
  yield '{"events":[';
  for await (const events of pagesOf(actor, filter)) {
    yield `${total === 0 ? "\n" : ",\n"}${events.map((event) => JSON.stringify(event)).join(",\n")}`;
    total += events.length;
  }
  yield `\n],"total":${total},"next":null}\n`;
}
