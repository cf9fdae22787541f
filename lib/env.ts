// The environment: the only reader of process.env. One schema, every bad variable reported together.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { DEFAULT_HOST, DEFAULT_PORT, isSample, problemsAcross, SHORTEST_PASSWORD } from "./env-rules";
import { StartError } from "./start-error";

const secret = z.string().superRefine((value, context) => {
  if (value.length < 32) context.addIssue("must be at least 32 characters; `openssl rand -base64 48` makes a good one");
  else if (isSample(value)) context.addIssue("is a sample value; `openssl rand -base64 48` makes a good one");
});

const encryptionKeys = z.string().superRefine((value, context) => {
  const ids = new Set<string>();
  for (const entry of value.split(",")) {
    const [, id, key = ""] = /^\s*([A-Za-z0-9_-]{1,32}):(.*?)\s*$/.exec(entry) ?? [];
    if (id === undefined)
      return context.addIssue("must be id:key, several separated by commas, e.g. 1:<48 random characters>");
    if (ids.has(id)) return context.addIssue(`holds the id ${id} twice`);
    ids.add(id);
    const weak = secret.safeParse(key).error?.issues[0]?.message;
    if (weak) return context.addIssue(`key ${id} ${weak}`);
  }
});

const databaseUrl = z.string().refine((value) => {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return (url.hostname !== "" || url.searchParams.has("host")) && url.pathname.length > 1;
}, "must be a PostgreSQL address like postgresql://user:password@host:5432/database");

const origin = z
  .string()
  .refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), "must be an http:// or https:// address")
  .refine((value) => !URL.canParse(value) || new URL(value).pathname === "/", "must not have a path")
  .transform((value) => (URL.canParse(value) ? new URL(value).origin : value));

function isNetwork(entry: string): boolean {
  const [address = "", prefix, ...rest] = entry.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

const networks = z
  .string()
  .transform((value) => value.split(",").flatMap((entry) => entry.trim() || []))
  .refine((list) => list.every(isNetwork), "must be addresses or networks separated by commas, e.g. 10.0.0.0/8,::1");

const integer = (from: number, to: number) =>
  z
    .string()
    .refine(
      (value) => /^\d+$/.test(value) && +value >= from && +value <= to,
      `must be a whole number from ${from} to ${to}`,
    )
    .transform(Number);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });

/** `host:port`, with an IPv6 address in brackets. */
const listenAddress = z
  .string()
  .transform((value) => /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(value))
  .refine((parts) => parts !== null && Number(parts[3]) <= 65_535, "must be host:port, e.g. 127.0.0.1:9464")
  .transform((parts) => ({ host: parts?.[1] ?? parts?.[2] ?? "", port: Number(parts?.[3]) }));

const flag = oneOf(["true", "false"]);

/** Families of others in our exposition are called so. */
const TAKEN_PREFIXES = new Set(["node", "nodejs", "pg", "process"]);

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const schema = z.object({
  PORT: integer(0, 65_535).default(DEFAULT_PORT),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, "must be an address or a host name")
    .default(DEFAULT_HOST),
  PUBLIC_URL: origin.optional(),
  TRUSTED_PROXIES: networks.default([]),
  DATA_DIR: z.string().optional(),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_DIRECT_URL: databaseUrl.optional(),
  AUTH_SECRET: secret.optional(),
  ENCRYPTION_KEYS: encryptionKeys.optional(),
  ADMIN_PASSWORD: z.string().optional(),
  ROLE: oneOf(["all", "web", "collector"]).default("all"),
  LOG_LEVEL: oneOf(LOG_LEVELS).default("info"),
  LOG_FORMAT: oneOf(["text", "json"]).optional(),
  SPOOL_MAX_MB: integer(1, 1_000_000).default(256),
  ALLOW_PGPASS: flag.default("false").transform((value) => value === "true"),
  PROMETHEUS_ENABLED: flag.default("true").transform((value) => value === "true"),
  METRICS_TOKEN: secret.regex(/^[\x21-\x7e]*$/, "must be visible ASCII characters without spaces").optional(),
  METRICS_PUBLIC: flag.default("false").transform((value) => value === "true"),
  METRICS_LISTEN: listenAddress.optional(),
  METRICS_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9]*$/, "must be small letters and digits, a letter first")
    .refine((value) => !TAKEN_PREFIXES.has(value), "is the prefix of other metrics here")
    .default("dozor"),
  CRON_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, { error: "must be at least 16 visible ASCII characters", abort: true })
    .refine((value) => !isSample(value), "is a sample value; `openssl rand -base64 48` makes a good one")
    .optional(),
  PASSWORD_MIN_LENGTH: integer(8, 128).default(SHORTEST_PASSWORD),
});

/** What was given; the three below may be missing while the embedded database has not made them yet. */
export type GivenEnv = Readonly<z.output<typeof schema>>;
type Provided = "DATABASE_URL" | "AUTH_SECRET" | "ENCRYPTION_KEYS";
/** The environment of a running Dozor. Reading one of the three provided ones too early throws. */
export type Env = Readonly<Omit<GivenEnv, Provided> & Record<Provided, string>>;

const VARIABLES = Object.keys(schema.shape);

/** Names of the older systems, by ours. */
const OLDER_NAMES: Record<string, { name: string; convert?: (value: string) => string }> = {
  AUTH_SECRET: { name: "SECRET_KEY" },
  ENCRYPTION_KEYS: { name: "ENCRYPTION_KEY", convert: (value) => `1:${value}` },
  // SQLAlchemy's driver suffix is no part of the address.
  DATABASE_URL: { name: "LOCAL_DB_DSN", convert: (value) => value.replace(/^(postgres(?:ql)?)\+\w+:/, "$1:") },
  AUTO_END_TIMEOUT_SECONDS: { name: "AUTO_END_TIMEOUT" },
};

type Source = Readonly<Record<string, string | undefined>>;
interface Found {
  value?: string;
  /** The name under which it was given, for messages. */
  name: string;
  problem?: string;
}

function lookUpExact(source: Source, name: string): Found | undefined {
  const file = source[`${name}_FILE`] || undefined;
  const value = source[name] || undefined;
  if (file === undefined) return value === undefined ? undefined : { name, value };
  if (value !== undefined) return { name, problem: `is given twice: keep ${name} or ${name}_FILE` };
  try {
    return { name: `${name}_FILE`, value: readFileSync(/* turbopackIgnore: true */ file, "utf8").trim() };
  } catch (error) {
    return {
      name: `${name}_FILE`,
      problem: `names a file that cannot be read (${(error as NodeJS.ErrnoException).code})`,
    };
  }
}

function lookUp(source: Source, name: string): Found | undefined {
  const older = OLDER_NAMES[name];
  const found = lookUpExact(source, name);
  if (found || !older) return found;
  const old = lookUpExact(source, older.name);
  return old?.value !== undefined && older.convert ? { ...old, value: older.convert(old.value) } : old;
}

/** An environment as read: its values if all are right, else a line per bad variable. */
export interface ReadEnv {
  values: GivenEnv | undefined;
  /** Name and rule, never the value. */
  problems: string[];
}

/** Reads an environment with `NAME_FILE` and older names. Pure but for the files. */
export function readEnv(source: Source): ReadEnv {
  const found = new Map<string, Found>();
  for (const name of VARIABLES) {
    const entry = lookUp(source, name);
    if (entry) found.set(name, entry);
  }
  const parsed = schema.safeParse(Object.fromEntries([...found].map(([name, entry]) => [name, entry.value])));
  const unread = [...found.values()].flatMap(({ name, problem }) => (problem ? [`${name} ${problem}`] : []));
  const single = (parsed.error?.issues ?? []).map(({ path, message }) => [String(path[0]), message] as const);
  const across = problemsAcross((name) => found.get(name)?.value);
  const bad = [...single, ...across].flatMap(([name, message]) => {
    const entry = found.get(name);
    return entry?.problem ? [] : [`${entry?.name ?? name} ${message}`];
  });
  const problems = [...new Set([...unread, ...bad])];
  return { values: parsed.success && problems.length === 0 ? Object.freeze(parsed.data) : undefined, problems };
}

/** One readable message for all bad variables. */
export function badEnvironment(problems: readonly string[]): StartError {
  return new StartError(
    `These environment variables are not right:\n${problems.map((line) => `  ${line}`).join("\n")}`,
  );
}

/** The process's environment as read, not judged yet. */
export const readOwnEnv = (): ReadEnv => readEnv(process.env);

let given: GivenEnv | undefined;
let complete: Env | undefined;

/** The environment as given, parsed once. @throws StartError listing every bad variable */
export function givenEnv(): GivenEnv {
  if (given) return given;
  const { values, problems } = readOwnEnv();
  if (!values) throw badEnvironment(problems);
  given = values;
  return given;
}

/** The environment, parsed once and frozen. @throws StartError listing every bad variable */
export function env(): Env {
  if (complete) return complete;
  const values = givenEnv();
  const later = (name: Provided): PropertyDescriptor => ({
    enumerable: true,
    get: () => {
      if (values[name] === undefined) throw new StartError(`${name} is not set and no embedded database runs yet`);
      return values[name];
    },
  });
  complete = Object.freeze(
    Object.defineProperties(
      { ...values },
      {
        DATABASE_URL: later("DATABASE_URL"),
        AUTH_SECRET: later("AUTH_SECRET"),
        ENCRYPTION_KEYS: later("ENCRYPTION_KEYS"),
      },
    ),
  ) as Env;
  return complete;
}

/** Sets variables for this process, all its module graphs and its children; the next `env()` parses anew. */
export function provideEnv(values: Record<string, string>): void {
  Object.assign(process.env, values);
  // What is provided may have come from a file: to name both would be to give it twice.
  for (const name of Object.keys(values)) delete process.env[`${name}_FILE`];
  given = undefined;
  complete = undefined;
}

/** Where libpq's programs would find a password, under this process's own account. */
export function libpqPasswords(): { password: string | undefined; file: string } {
  const { PGPASSWORD, PGPASSFILE, APPDATA } = process.env;
  const usual =
    process.platform === "win32"
      ? path.join(APPDATA ?? homedir(), "postgresql", "pgpass.conf")
      : path.join(homedir(), ".pgpass");
  return { password: PGPASSWORD || undefined, file: PGPASSFILE || usual };
}

/** How to log; usable before and without a valid environment. */
export function logOptions(): { level: string; format: "text" | "json" } {
  const level = LOG_LEVELS.find((name) => name === process.env.LOG_LEVEL) ?? "info";
  const format = process.env.LOG_FORMAT || (process.stdout.isTTY ? "text" : "json");
  return { level, format: format === "text" ? "text" : "json" };
}

// The desktop's own variable of that name says which translations glibc prefers.
const NOT_OURS = new Set(["LANGUAGE"]);

/**
 * The text by which the environment fixes a setting, or undefined.
 * @param key the setting's key, e.g. `collect_interval`; its variable is the key in capitals, also as NAME_FILE
 * @throws StartError if NAME_FILE cannot be read
 */
export function settingOverride(key: string): string | undefined {
  const found = findSetting(key);
  if (found?.problem) throw badEnvironment([`${found.name} ${found.problem}`]);
  return found?.value;
}

/** The variable by which the environment fixes a setting, as it was given: `COLLECT_INTERVAL`, `COLLECT_INTERVAL_FILE`. */
export const settingVariable = (key: string): string | undefined => findSetting(key)?.name;

function findSetting(key: string): Found | undefined {
  const name = key.toUpperCase();
  return NOT_OURS.has(name) ? undefined : lookUp(process.env, name);
}
