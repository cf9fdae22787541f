import { collectOnce } from "@/lib/collect/cron";
import { cronQuerySchema, cronReportSchema } from "@/lib/collect/cron-schema";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { bearerToken } from "@/lib/http/actor";
import type { AskedHeaders } from "@/lib/http/asked";
import { endpoint } from "@/lib/http/endpoint";
import { fieldsOf, parseInput } from "@/lib/http/input";
import { log } from "@/lib/log";
import { isSameSecret } from "@/lib/same-secret";

/** @throws AppError not_found where cron has nothing to say, unauthenticated for anybody but cron */
function requireCron(headers: AskedHeaders): void {
  const { CRON_SECRET: secret } = env();
  if (secret === undefined) throw new AppError("not_found", "This Dozor collects by itself: CRON_SECRET is not set.");
  const given = bearerToken(headers);
  if (given === null || !isSameSecret(given, secret))
    throw new AppError("unauthenticated", "Only who brings CRON_SECRET as a bearer token may call this.");
}

/** PostgreSQL: no such table, no such column. */
const UNPREPARED = new Set(["42P01", "42703"]);

/** Says what to do where nobody has migrated: nothing does so at the start of such a host. */
function sayUnprepared(error: unknown): never {
  if (!UNPREPARED.has((error as { code?: string }).code ?? "")) throw error;
  log.error({ err: error }, "the database is not at the state of this version: npm run migrate");
  const todo = "The database is not at the state of this version: run `npm run migrate` with its DATABASE_URL.";
  throw new AppError("unavailable", todo, { cause: error });
}

const collect = endpoint({
  summary: "Collect for a while, as cron calls it each minute",
  description:
    "Only where CRON_SECRET is set, and for whoever brings it as a bearer token; 404 elsewhere. Asks everything that is due twice, so that rates are known, does what is due about history and channels, and stops. Calls at the same time do it once.",
  allow: "public",
  response: cronReportSchema,
  refusals: [401, 404, 503],
  run: ({ request }) => {
    requireCron(request.headers);
    // Judged behind that: whatever a stranger asks with, there is nothing here for them.
    const query = parseInput(cronQuerySchema, fieldsOf(new URL(request.url).searchParams), "query");
    return collectOnce(query).catch(sayUnprepared);
  },
});

export const GET = Object.assign(collect, { operation: { ...collect.operation, query: cronQuerySchema } });
