// What people are told when a probe's outcome changes: one entry per change, never per repetition.
import { appendActivity } from "../activity/append";
import { prisma } from "../db";
import { log } from "../log";
import { type Outcome, UNREACHED } from "../probe";
import { appendSystemLog } from "../syslog/append";
import type { TaskSpec } from "./plan";

/** Servers of which `server_down` was told and not yet `server_up`, by id. */
export function createChangeReporter() {
  const down = new Set<number>();

  async function report(
    { server, probe }: TaskSpec,
    outcome: Outcome,
    before: Outcome["outcome"] | null,
  ): Promise<void> {
    const failed = outcome.outcome === "failed";
    if (!failed && before !== "failed") return;
    const message = failed ? `${probe.name}: ${outcome.message}` : `${probe.name} answers again`;
    await appendSystemLog(prisma(), {
      level: failed ? "warning" : "info",
      source: "collector",
      server: server.name,
      message,
      details: failed ? { code: outcome.code } : {},
    });
    const unreachable = failed && UNREACHED.has(outcome.code);
    if (probe.facet !== "postgres" || unreachable === down.has(server.id)) return;
    if (unreachable) down.add(server.id);
    else down.delete(server.id);
    await appendActivity(prisma(), {
      type: unreachable ? "server_down" : "server_up",
      severity: unreachable ? "error" : "info",
      message: unreachable ? `${server.name} is down: ${outcome.message}` : `${server.name} answers again`,
      target: { kind: "server", id: String(server.id), name: server.name },
    });
  }

  /** Tells of a change; a database that is away costs the entry, never the collector. */
  return (spec: TaskSpec, outcome: Outcome, before: Outcome["outcome"] | null): void => {
    report(spec, outcome, before).catch((error) => log.warn({ err: error }, "a change could not be written down"));
  };
}
