// The process log: JSON lines or text on stdout, secrets redacted.
import pino from "pino";
import { logOptions } from "./env";
import { redact } from "./redact";

const LEVELS: Record<number, string> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warning",
  50: "error",
  60: "fatal",
};

interface LoggedError {
  stack?: string;
  message?: string;
  cause?: unknown;
}

/** An error's stack, and those of its causes. */
function stacksOf(error: LoggedError): string {
  const { stack, message, cause } = error;
  const own = String(stack ?? message);
  if (cause === undefined) return own;
  return `${own}\ncaused by ${typeof cause === "object" && cause ? stacksOf(cause) : String(cause)}`;
}

/** One JSON line of pino as text: time, level, source, message, then the other fields. */
function asText(line: string): string {
  const { time, level, source, msg, err, ...fields } = JSON.parse(line);
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : "";
  const error = err ? `\n  ${stacksOf(err).replaceAll("\n", "\n  ")}` : "";
  return `${time} ${String(LEVELS[level] ?? level).padEnd(7)} ${source ? `${source}: ` : ""}${msg ?? ""}${rest}${error}\n`;
}

/** What was passed to a log method, without secrets; an error alone becomes the field `err`, as pino has it. */
function clean(given: unknown, index: number): unknown {
  if (index === 0 && given instanceof Error) return { err: redact(given), msg: redact(given.message) };
  return redact(given);
}

function create(): pino.Logger {
  const { level, format } = logOptions();
  const logger = pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors are plain objects by then.
    serializers: { err: (error: unknown) => error },
    hooks: {
      logMethod(given, method) {
        method.apply(this, given.map(clean) as Parameters<typeof method>);
      },
      ...(format === "text" && { streamWrite: asText }),
    },
  });
  // Children inherit this method; what they are given is written with each of their lines.
  const { child } = logger;
  logger.child = function redacted(this: pino.Logger, bindings: pino.Bindings, ...options: unknown[]) {
    return Reflect.apply(child, this, [redact(bindings), ...options]);
  } as typeof logger.child;
  return logger;
}

/** The log of this process; `log.child({ source: "collector" })` names the part that speaks. */
export const log: pino.Logger = create();
