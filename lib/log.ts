// The process log: JSON lines or text on stdout, secrets redacted.
import pino from "pino";
import { logOptions } from "./env";

const SECRET_FIELDS = [
  "password",
  "pg_password",
  "pgPassword",
  "password_hash",
  "passwordHash",
  "token",
  "secret",
  "authorization",
  "cookie",
  "connectionString",
  "access_token",
  "refresh_token",
];

/** Hides the password in every address like `postgresql://user:password@host`. */
const withoutPasswords = (line: string): string => line.replace(/(:\/\/[^\s:@/"]*):[^\s@/"]+@/g, "$1:[hidden]@");

const LEVELS: Record<number, string> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warning",
  50: "error",
  60: "fatal",
};

/** One JSON line of pino as text: time, level, source, message, then the other fields. */
function asText(line: string): string {
  const { time, level, source, msg, err, ...fields } = JSON.parse(line);
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : "";
  const error = err ? `\n  ${String(err.stack ?? err.message).replaceAll("\n", "\n  ")}` : "";
  return `${time} ${String(LEVELS[level] ?? level).padEnd(7)} ${source ? `${source}: ` : ""}${msg ?? ""}${rest}${error}\n`;
}

function create(): pino.Logger {
  const { level, format } = logOptions();
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[hidden]" },
    hooks: { streamWrite: (line) => withoutPasswords(format === "text" ? asText(line) : line) },
  });
}

/** The log of this process; `log.child({ source: "collector" })` names the part that speaks. */
export const log: pino.Logger = create();
