// One line a minute on how asking goes, instead of one per question.
import { prisma } from "../db";
import { countRun } from "../process-metrics";
import { appendSystemLog } from "../syslog/append";
import { SELF_SUBJECT } from "./self";
import type { RunResult } from "./state";

interface Round {
  servers: Set<number>;
  runs: number;
  failed: number;
  slowest: { subject: number; probe: string; duration_ms: number } | null;
}

const newRound = (): Round => ({ servers: new Set(), runs: 0, failed: 0, slowest: null });

/** Adds what became of a run; live runs are for viewers and stand in no history. */
function add(round: Round, { subject, probe, durationMs, outcome, live }: RunResult): void {
  if (live) return;
  if (subject !== SELF_SUBJECT) round.servers.add(subject);
  round.runs += 1;
  if (outcome.outcome === "failed") round.failed += 1;
  if (durationMs >= (round.slowest?.duration_ms ?? 0)) round.slowest = { subject, probe, duration_ms: durationMs };
}

/** @param elapsed monotonic milliseconds */
export function createRounds(elapsed = () => performance.now()) {
  let round = newRound();
  let since = elapsed();
  return {
    count(result: RunResult): void {
      const { probe, durationMs, outcome } = result;
      const reason = outcome.outcome === "failed" ? outcome.code : null;
      countRun({ probe, seconds: durationMs / 1000, reason });
      add(round, result);
    },
    /** Writes one entry about all runs since the one before; none when nothing ran. What cannot be written joins the next. */
    async tell(): Promise<void> {
      const { servers, runs, failed, slowest } = round;
      if (runs === 0) return;
      const seconds = Math.round((elapsed() - since) / 1000);
      const name = servers.size === 1 ? "1 server" : `${servers.size} servers`;
      const told = round;
      await appendSystemLog(prisma(), {
        level: "info",
        source: "round",
        message: `Asked ${name} in ${seconds} s: ${runs === 1 ? "1 run" : `${runs} runs`}, ${failed} failed`,
        details: { seconds, servers: servers.size, runs, failed, slowest },
      });
      round = newRound();
      since = elapsed();
      // Runs that ended while the entry was written belong to the next.
      round.runs = told.runs - runs;
      round.failed = told.failed - failed;
    },
  };
}

export type Rounds = ReturnType<typeof createRounds>;
