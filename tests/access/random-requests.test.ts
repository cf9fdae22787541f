// Requests by the schemas, and against them, to every operation as everybody: each answer is one that is documented.
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { nextAuthRoutes } from "../../app/api/openapi.json/next-auth";
import { routes } from "../../app/api/openapi.json/routes";
import type { JsonSchema } from "../../components/docs/json-schema";
import { pool } from "../../lib/db";
import type { Handler } from "../../lib/http/endpoint";
import { openApiDocument, operationOf } from "../../lib/http/openapi";
import { problemSchema } from "../../lib/http/problem";
import { forgetSettings } from "../../lib/settings/queries";
import { useDatabase } from "../support/database";
import { fillSealed } from "../support/filled";
import { type Known, valueBy } from "./arbitrary";
import { CALLERS, type Caller, type CallerName, callerOf, refusalAt } from "./callers";
import { CHANNELS, knownThings } from "./known-things";

// What a password costs is not asked here, and would cost minutes.
vi.mock("@node-rs/argon2", async (original) => {
  const argon = await original<typeof import("@node-rs/argon2")>();
  const cheap = { algorithm: 2, memoryCost: 1_024, timeCost: 1, parallelism: 1 };
  return { ...argon, hash: (password: string) => argon.hash(password, cheap) };
});

// Random addresses are nobody's to be asked: what tests of a connection answer is told elsewhere.
const failed = { success: false, message: "nobody was asked", code: "refused", round_trip_ms: null };
const nothing = { version: null, version_number: null, in_recovery: null, pooled: false, connections: null, tls: null };
const noHost = { host_key: null, host_key_state: null, expected: [], system: null };
vi.mock("../../lib/postgres/check", () => ({
  checkTarget: async () => ({ ...failed, ...nothing, privileges: [], probes: [], grant_script: null, cost: null }),
}));
vi.mock("../../lib/fleet/session-request", () => ({
  askCollector: async () => ({ outcome: "sent", usename: null, datname: null, backend_type: null }),
}));
vi.mock("../../lib/streams/sources/request", async () => {
  const { ProbeError } = await import("../../lib/probe");
  return { askHttp: () => Promise.reject(new ProbeError("refused", failed.message)) };
});
vi.mock("../../lib/host/ssh/check", () => ({ checkSsh: async () => ({ ...failed, ...noHost }) }));

const database = useDatabase();
const SEED = Number(process.env.ACCESS_SEED ?? 20_261_122);
const AT_LEAST = 10_000;
let asked = 0;
/** Operations that carried something out, so that more than refusals was looked at. */
const succeeded = new Set<string>();
const began = performance.now();

interface Target {
  path: string;
  method: string;
  handler: Handler;
}

const targets: Target[] = Object.entries(routes)
  .filter(([path]) => !(path in nextAuthRoutes))
  .flatMap(([path, module]) =>
    Object.entries(module).flatMap(([method, handler]) =>
      operationOf(handler) ? [{ path, method, handler: handler as Handler }] : [],
    ),
  );
const document = openApiDocument(routes, { title: "Dozor", version: "0" }) as {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
};
const EACH = Math.ceil(AT_LEAST / (targets.length * CALLERS.length));

interface Given {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
  sent: "json" | "form" | "broken" | "text" | "large";
  headers: Record<string, string>;
}

const inputSchema = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;

function requests({ handler, method }: Target, known: Known): fc.Arbitrary<Given> {
  const { params, query, body } = handler.operation;
  const of = (schema: z.ZodType | undefined, broken: number) =>
    (schema ? valueBy(inputSchema(schema), known, broken) : fc.constant({})) as fc.Arbitrary<Record<string, unknown>>;
  const sent = fc.constantFrom<Given["sent"]>(...Array(14).fill("json"), "form", "form", "broken", "text", "large");
  const headers = fc.record(
    {
      ...(method === "POST" && { "idempotency-key": fc.constantFrom("one", "two", "x".repeat(201)) }),
      "if-match": fc.constantFrom("*", '"other"'),
      "if-none-match": fc.constantFrom("*", '"other"', 'W/"a", "b"'),
    },
    { requiredKeys: [] },
  );
  return fc
    .constantFrom(0, 0, 12)
    .chain((broken) =>
      fc.record({ params: of(params, broken), query: of(query, broken), body: of(body, broken), sent, headers }),
    );
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap(texts) : [typeof value === "object" ? JSON.stringify(value) : String(value)];

function toRequest({ path, method, handler }: Target, given: Given, caller: Caller): Request {
  const params = Object.entries(given.params ?? {});
  const url = new URL(
    params.reduce((at, [name, value]) => at.replace(`{${name}}`, encodeURIComponent(wellFormed(value) || "x")), path),
    "http://localhost:3000",
  );
  for (const [name, value] of Object.entries(given.query ?? {})) {
    if (value !== undefined) for (const text of texts(value)) url.searchParams.append(name, text);
  }
  const headers = { ...given.headers, ...caller.headers };
  if (!handler.operation.body) return new Request(url, { method, headers });
  const [type, body] = bodyOf(given);
  return new Request(url, { method, headers: { ...headers, "content-type": type }, body });
}

/** Without halves of characters, which no address can hold. */
const wellFormed = (value: unknown) => Buffer.from(texts(value)[0] ?? "", "utf8").toString("utf8");

function bodyOf({ sent, body }: Given): [string, string] {
  if (sent === "broken") return ["application/json", JSON.stringify(body)?.slice(0, -1) ?? "{"];
  if (sent === "large") return ["application/json", " ".repeat(1_048_577)];
  if (sent === "text") return ["text/plain", "hello"];
  if (sent === "json") return ["application/json", JSON.stringify(body) ?? "null"];
  const fields = Object.entries(body ?? {}).flatMap(([name, value]) => texts(value).map((text) => [name, text]));
  return ["application/x-www-form-urlencoded", new URLSearchParams(fields).toString()];
}

/** Why an answer is not one that the document promises; null where it is. */
async function flaw({ path, method, handler }: Target, response: Response, name: CallerName): Promise<string | null> {
  const { status } = response;
  const text = await response.text();
  if (status >= 500) return `${status} ${text}`;
  const documented = Object.keys(document.paths[path]?.[method.toLowerCase()]?.responses ?? {});
  if (!documented.includes(String(status))) return `${status} is not documented`;
  const refusal = refusalAt(handler.operation.allow, name);
  if (refusal !== null && status !== refusal) return `${status} in the place of ${refusal}`;
  if (status >= 400) return problemFlaw(response, text);
  if (status === 204 || status === 304) return text === "" ? null : `${status} with a body`;
  if (!response.headers.get("content-type")?.startsWith("application/json")) return null;
  const body: unknown = JSON.parse(text);
  const parsed = (handler.operation.response ?? z.never()).safeParse(body);
  return parsed.success ? undeclared(body, parsed.data) : z.prettifyError(parsed.error);
}

function problemFlaw(response: Response, text: string): string | null {
  const type = response.headers.get("content-type");
  if (type !== "application/problem+json") return `${response.status} as ${type}`;
  const problem = problemSchema.strict().safeParse(JSON.parse(text));
  if (!problem.success) return z.prettifyError(problem.error);
  return problem.data.status === response.status ? null : "the problem tells another status";
}

/** A field that the answer holds and its schema does not know. */
function undeclared(body: unknown, parsed: unknown, at = "answer"): string | null {
  if (typeof body !== "object" || body === null || typeof parsed !== "object" || parsed === null) return null;
  for (const [name, value] of Object.entries(body)) {
    if (!(name in parsed)) return `${at}.${name} is not in the schema`;
    const inner = undeclared(value, (parsed as Record<string, unknown>)[name], `${at}.${name}`);
    if (inner) return inner;
  }
  return null;
}

/** The one server, as it was in the beginning. */
let local: unknown;

/** What random requests of administrators leave behind: other users' state, servers, settings, counted attempts. */
async function restore(): Promise<void> {
  await pool().query(
    "DELETE FROM users; DELETE FROM servers; DELETE FROM ssh_keys; UPDATE subject SET deleted_at = NULL",
  );
  await pool().query("INSERT INTO servers SELECT * FROM jsonb_populate_record(NULL::servers, $1)", [local]);
  await pool().query(
    `INSERT INTO ssh_keys (id, name, key_type, fingerprint, public_key, private_key, has_passphrase)
     OVERRIDING SYSTEM VALUE VALUES (1, 'known', 'ssh-rsa', 'SHA256:known', 'ssh-rsa AAAA', 'sealed', false);
     ALTER TABLE ssh_keys ALTER COLUMN id RESTART WITH 2`,
  );
  await pool().query(CHANNELS);
  await restoreSettings();
  delete (globalThis as { dozorThrottle?: unknown }).dozorThrottle;
}

async function ask(target: Target, given: Given, caller: Caller): Promise<Response> {
  asked += 1;
  // Five attempts a minute are counted, not these thousands.
  if (target.handler.operation.allow === "public" && asked % 4 === 0) await pool().query("DELETE FROM throttle");
  const params = Object.fromEntries(
    Object.entries(given.params ?? {}).map(([name, value]) => [name, wellFormed(value)]),
  );
  return target.handler(toRequest(target, given, caller), { params: Promise.resolve(params) });
}

/** A machine that was collected just now and has two hours of history. */
async function collectOnce(): Promise<void> {
  await fillSealed("local", 2);
  await pool().query(
    "UPDATE servers SET host_kind = 'local', pg_host = 'localhost', pg_user = 'x' WHERE name = 'local'",
  );
  await pool().query(
    `INSERT INTO latest (subject, kind, ts, data) SELECT id, 'cpu', now(), '{"usage_percent": 3}' FROM servers`,
  );
  await pool().query(
    `INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at) SELECT id, 'cpu', 86400, now() FROM servers`,
  );
  // As of a collector: nobody has to wait for a first answer.
  await pool().query(
    `INSERT INTO live_sessions SELECT id, now() + interval '1 day', '{"sessions": [], "total": 0, "trouble": null}' FROM servers`,
  );
  // The key of number 1 is put there again and again.
  await pool().query("ALTER TABLE ssh_keys ALTER COLUMN id RESTART WITH 2");
  const { rows } = await pool().query("SELECT to_jsonb(servers) AS row FROM servers");
  local = rows[0]?.row;
}

beforeAll(collectOnce);
beforeEach(restore);
afterAll(() => {
  const seconds = Math.round((performance.now() - began) / 1_000);
  const told = `${asked} random requests to ${targets.length} operations in ${seconds} s; ACCESS_SEED=${SEED} repeats them`;
  process.stdout.write(`${told}\n`);
  const only = targets.map(({ method, path }) => `${method} ${path}`).filter((name) => !succeeded.has(name));
  // Some succeed only with a token, a code or an id that was given out before; their own tests do that.
  expect(only.length / targets.length, `only refused: ${only}`).toBeLessThan(0.2);
  expect(asked).toBeGreaterThanOrEqual(AT_LEAST);
});

describe("random requests", () => {
  it("goes to every operation of the API", () => {
    expect(database.url).toContain("postgresql://");
    expect(targets.length).toBeGreaterThan(15);
  });

  it.each(targets.map((target) => [`${target.method} ${target.path}`, target] as const))("%s", async (name, target) => {
    const known = await knownThings();
    const seed = SEED ^ [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
    for (const [turn, caller] of CALLERS.entries()) {
      let now = await callerOf(caller);
      for (const given of fc.sample(requests(target, known), { seed: seed + turn, numRuns: EACH })) {
        const response = await ask(target, given, now);
        if (response.status < 400) succeeded.add(name);
        const found = await flaw(target, response.clone(), caller);
        // Its own door may have been closed by what was asked before; everybody else's is told by the table.
        if (found) expect.fail(`${caller} ${name}: ${found}\n${JSON.stringify(given).slice(0, 2_000)}`);
        if (target.method !== "GET" && response.status < 300) now = await callerOf(caller);
      }
      if (target.method !== "GET") await restoreSettings();
    }
  });
});

/** Random settings may ask every user for a second factor; and people may ask for accounts. */
async function restoreSettings(): Promise<void> {
  await pool().query("DELETE FROM settings; DELETE FROM throttle");
  await pool().query("INSERT INTO settings (key, value) VALUES ('registration_enabled', 'true')");
  forgetSettings();
}
