// Collecting because cron says so: everything due is asked twice, written down, and the rest of the work done, within a minute.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { pool } from "../db";
import { log } from "../log";
import { watchedProbes } from "../postgres/probes";
import { followSilence } from "../streams/silence";
import { startAsking } from "./asking";
import { createProgress } from "./cron-progress";
import type { CronReport } from "./cron-schema";
import { MOST_APART_MS, watchedBefore } from "./cron-watched";
import { createHistoryJobs } from "./history-jobs";
import { createLeadership } from "./leadership";
import { CRON_LEASE, claim, releaseLeases, STREAMS_LEASE } from "./lease";
import { createMaintenance, nothingDone } from "./maintenance";
import type { TaskSpec } from "./plan";
import { createRecorder } from "./record";
import { repeat } from "./repeat";
import { createRounds } from "./rounds";
import { createStreams, lastingParts } from "./streams";

const LOOK_MS = 100;
/** Sources are polled and commands sent meanwhile, though nothing else is due. */
const LEAST_MS = 5_000;
const STREAMS_MS = 2_000;

const BUSY: CronReport = {
  ...{ status: "busy", complete: false, duration_ms: 0 },
  ...{ servers: 0, runs: 0, failed: 0, samples: 0, lost: 0 },
};

/** Of this process: jobs that are due once an hour are not done at each call. */
const done = nothingDone();
// Shared with server.ts, which ends what runs before it ends.
const shared = globalThis as { dozorShutdown?: (() => Promise<void>)[] };

/**
 * Collects for a while and stops, with everything written down and every lease given back. At most one call does so at a
 * time, however many processes there are; the others are told that it is done already.
 * @param seconds at most; earlier when everything due has told what it can
 * @throws what our database throws when it does not answer at the beginning
 */
export async function collectOnce({ seconds }: { seconds: number }): Promise<CronReport> {
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  const leadership = createLeadership(holder, CRON_LEASE);
  let report = BUSY;
  const ending = new AbortController();
  const work = leadership.whileLeading(async (lost) => {
    lost.addEventListener("abort", () => ending.abort());
    report = await collect(holder, 1_000 * seconds, ending.signal).finally(() => giveBack(holder));
  });
  const stop = async (): Promise<void> => {
    ending.abort();
    await work.catch(() => {});
  };
  shared.dozorShutdown = [...(shared.dozorShutdown ?? []), stop];
  await work.finally(() => {
    shared.dozorShutdown = shared.dozorShutdown?.filter((one) => one !== stop);
  });
  return report;
}

const giveBack = (holder: string): Promise<void> =>
  releaseLeases(holder).catch((error) => log.warn({ err: error }, "leases could not be given back; they run out"));

async function collect(holder: string, limitMs: number, ending: AbortSignal): Promise<CronReport> {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const watchedForMs = await watchedBefore();
  // Without a spool: there may be no folder that outlives the call.
  const recorder = createRecorder();
  const rounds = createRounds();
  const progress = createProgress();
  const stopAsking = await startAsking({
    ...{ holder, recorder },
    rounds: {
      ...rounds,
      count(result) {
        progress.count(result);
        rounds.count(result);
      },
    },
    // What is asked on a schedule is not asked more often for viewers: a call ends within seconds.
    planned: (specs, told) => progress.plan(specs.filter(isScheduledOrWatchedOnly), told, Date.now()),
  });
  const others = startOthers(holder, watchedForMs);
  const isOver = () => ending.aborted || elapsed() >= limitMs;
  while (!isOver() && !(progress.isDone() && others.areDone() && elapsed() >= LEAST_MS)) {
    if (elapsed() >= limitMs / 2) await askAgain(progress.again(Date.now()));
    await sleep(LOOK_MS);
  }
  const complete = progress.isDone();
  await Promise.all([stopAsking(), others.stop()]);
  await recorder.close();
  await rounds.tell().catch((error) => log.warn({ err: error }, "the system log could not be written"));
  const { samples, ...counts } = progress.counts();
  const { waiting, dropped } = recorder.counts();
  const lost = Math.min(samples, waiting + dropped);
  return {
    ...{ status: "collected", complete, duration_ms: Math.round(elapsed()) },
    ...{ ...counts, samples: samples - lost, lost },
  };
}

const isScheduledOrWatchedOnly = ({ live, probe }: TaskSpec): boolean =>
  !live || watchedProbes.some((watched) => watched === probe);

/** Whoever holds a probe's server asks it at once. */
async function askAgain(keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await pool()
    .query("SELECT pg_notify('dozor_run', key) FROM unnest($1::text[]) AS key", [keys])
    .catch((error) => log.warn({ err: error }, "nothing is asked a second time"));
}

/** What is done beside asking: history, clean-up, channels. */
function startOthers(holder: string, watchedForMs: number) {
  const history = createHistoryJobs(holder, undefined, watchedForMs);
  const maintenance = createMaintenance(holder, { done });
  const streams = createStreams(holder, lastingParts(MOST_APART_MS), watchedForMs);
  const stopStreams = repeat("streams", STREAMS_MS, streams.run);
  const began = performance.now();
  let areDone = false;
  const jobs = Promise.all([
    attempt("sealing", history.seal).then(() => attempt("retention", history.retain)),
    attempt("maintenance", maintenance.turn),
  ]).then(() => {
    areDone = true;
  });
  return {
    areDone: () => areDone,
    async stop(): Promise<void> {
      history.stop();
      maintenance.stop();
      void stopStreams();
      await Promise.all([jobs, streams.stop()]);
      // Sources have been polled by now: what they told is not taken for silence.
      await attempt("silence", () => noteSilence(holder, watchedForMs + performance.now() - began));
    },
  };
}

async function noteSilence(holder: string, heardForMs: number): Promise<void> {
  if ((await claim(holder, [STREAMS_LEASE])).has(STREAMS_LEASE)) await followSilence(heardForMs);
}

async function attempt(job: string, work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => log.warn({ job, err: error }, "failed; the next call tries again"));
}
