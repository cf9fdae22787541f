// What one call of cron has still to hear: told what is planned and what came, it decides.
import type { Probe } from "../probe";
import type { TaskSpec } from "./plan";
import { SELF_SUBJECT } from "./self";
import type { RunResult } from "./state";

/** Between two answers of one probe there is at least so much time, or a rate would tell of a moment. */
const APART_MS = 5_000;
/** A call comes when it comes: what will be due that soon is due. */
const EARLY_MS = 30_000;

interface Task {
  /** Whether it tells more the second time. */
  twice: boolean;
  answers: number;
  /** Of its first answer. */
  at: number;
  askedAgain: boolean;
  /** Asking again would tell nothing more. */
  ended: boolean;
}

/** Whether a second answer of the same process says more than the first: rates are made of two. */
function growsByAnother(probe: Probe): boolean {
  if (probe.facet === "storage") return false;
  return probe.facet !== "postgres" || Object.values(probe.metrics).some(({ rate }) => rate !== undefined);
}

const isDue = ({ intervalMs }: TaskSpec, at: number | undefined, now: number): boolean =>
  at === undefined || now - at >= intervalMs - Math.min(EARLY_MS, intervalMs / 2);

const keyOf = ({ subject, probe }: RunResult): string => `${subject}:${probe}`;

/** Times are milliseconds since the epoch. */
export function createProgress() {
  const tasks = new Map<string, Task>();
  const known = new Set<string>();
  const servers = new Set<number>();
  const counts = { runs: 0, failed: 0, samples: 0 };
  let isPlanned = false;

  return {
    /**
     * Takes notice of what there is to ask from now on.
     * @param told when tasks were asked last, before this call
     * @returns what this call asks. What was not due when it was seen first is left to the next one: asked once at its
     * own time, it would tell no rates.
     */
    plan(specs: readonly TaskSpec[], told: ReadonlyMap<string, number>, now: number): TaskSpec[] {
      isPlanned = true;
      const wanted = new Set(specs.filter(({ live }) => !live).map(({ key }) => key));
      for (const key of known) if (!wanted.has(key) && known.delete(key)) tasks.delete(key);
      for (const spec of specs) {
        if (spec.live || known.has(spec.key)) continue;
        known.add(spec.key);
        if (!isDue(spec, told.get(spec.key), now)) continue;
        tasks.set(spec.key, {
          ...{ twice: growsByAnother(spec.probe), answers: 0, at: 0 },
          ...{ askedAgain: false, ended: false },
        });
      }
      return specs.filter(({ live, key }) => live || tasks.has(key));
    },

    /** An answer came. */
    count(result: RunResult): void {
      if (result.live) return;
      const { outcome } = result;
      counts.runs += 1;
      if (outcome.outcome === "failed") counts.failed += 1;
      if (outcome.outcome === "ok") counts.samples += samplesOf(outcome.reading.rows);
      if (result.subject !== SELF_SUBJECT) servers.add(result.subject);
      const task = tasks.get(keyOf(result));
      if (!task) return;
      task.answers += 1;
      if (task.answers === 1) task.at = result.startedAt;
      task.ended = outcome.outcome !== "ok" || task.answers >= (task.twice ? 2 : 1);
    },

    /** Those that have answered once, some time ago, and are to be asked again; each is named once. */
    again(now: number): string[] {
      const waiting = [...tasks].filter(
        ([, { answers, at, askedAgain, ended }]) => answers === 1 && !ended && !askedAgain && now - at >= APART_MS,
      );
      for (const [, task] of waiting) task.askedAgain = true;
      return waiting.map(([key]) => key);
    },

    /** Whether everything that was due has told what it can. */
    isDone: (): boolean => isPlanned && [...tasks.values()].every(({ ended }) => ended),

    counts: () => ({ ...counts, servers: servers.size }),
  };
}

function samplesOf(rows: readonly { values: Record<string, number | null> }[]): number {
  return rows.reduce((sum, { values }) => sum + Object.values(values).filter((value) => value !== null).length, 0);
}
