// What the History page reads: the answers to its questions, and for each chart what it shows of them.
import type { EventMark } from "@/components/activity/marks";
import type { BoardAnswer } from "@/components/charts/board";
import { pointsOf } from "@/components/charts/time-window";
import { type HistoryState, shiftSeconds } from "@/components/history/address";
import type { Problem, ReadChart } from "@/components/history/history-chart";
import { layUnder } from "@/components/history/lay-under";
import { type Question, questionsOf } from "@/components/history/questions";
import { AppError } from "@/lib/errors";
import { compareServer } from "@/lib/fleet/compare";
import { queryServer } from "@/lib/fleet/history";
import { subjectByName } from "@/lib/fleet/queries";
import { metricCatalog } from "@/lib/metrics/catalog";
import type { Comparison } from "@/lib/metrics/schema";
import type { Actor } from "@/lib/users/permissions";
import { readMarks } from "../event-marks";

export interface HistoryReading {
  questions: readonly Question[];
  /** First answers by question. */
  initial: Record<string, BoardAnswer>;
  /** In the order of the state's charts. */
  charts: ReadChart[];
  /** Seconds between a step and the one laid under it; null where nothing is compared. */
  shiftSeconds: number | null;
}

interface Answer extends BoardAnswer {
  compared: Comparison["series"];
  shiftSeconds: number | null;
}

/** Reads all charts of a state; what cannot be read of one does not keep the others from being shown. */
export async function readHistory(actor: Actor, state: HistoryState): Promise<HistoryReading> {
  const known = state.charts.filter(({ metric }) => metricCatalog().has(metric));
  const questions = questionsOf(known, pointsOf(state.window));
  const answers = new Map<Question, Answer | Problem>(
    await Promise.all(questions.map(async (one) => [one, await answerTo(actor, one, state)] as const)),
  );
  const found = [...answers].flatMap(([{ name }, answer]) =>
    typeof answer === "string" ? [] : [[name, answer] as const],
  );
  return {
    questions,
    initial: Object.fromEntries(found.map(([name, { result, span }]) => [name, { result, span }])),
    charts: state.charts.map((chart) => {
      const question = questions.find(({ charts }) => charts.includes(chart));
      const answer = question && answers.get(question);
      const entry = metricCatalog().get(chart.metric);
      return {
        chart,
        unit: entry?.unit ?? "count",
        help: entry?.help ?? "",
        query: question?.name ?? "",
        ...(typeof answer === "object"
          ? { problem: null, series: answer.result.series, compared: answer.compared }
          : { problem: answer ?? "noMetric", series: [], compared: [] }),
      };
    }),
    shiftSeconds: found[0]?.[1].shiftSeconds ?? null,
  };
}

/** What happened in the shown range to each server that has a chart, by its name. */
export async function readServerMarks(
  actor: Actor,
  { charts, window }: HistoryState,
): Promise<ReadonlyMap<string, readonly EventMark[]>> {
  const names = [...new Set(charts.map(({ server }) => server))];
  const marks = names.map(async (name) => {
    const subject = await subjectByName(actor, name);
    return [name, subject ? await readMarks(actor, subject.id, window) : []] as const;
  });
  return new Map(await Promise.all(marks));
}

async function answerTo(actor: Actor, question: Question, state: HistoryState): Promise<Answer | Problem> {
  if (!(await subjectByName(actor, question.server))) return "noServer";
  try {
    return await (state.compare === null ? readOne(actor, question, state) : readTwo(actor, question, state));
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid") return "tooMuch";
    throw error;
  }
}

async function readOne(actor: Actor, { server, metrics, points }: Question, { window }: HistoryState): Promise<Answer> {
  const { from, to } = window;
  const range = { from: Math.floor(from * 1000), to: Math.ceil(to * 1000) };
  const result = await queryServer(actor, { server, metrics, points, ...range });
  return { result, span: { from, to }, compared: [], shiftSeconds: null };
}

async function readTwo(actor: Actor, { server, metrics, points }: Question, state: HistoryState): Promise<Answer> {
  const { compare, window } = state;
  const a = { from: Math.round(window.from * 1000), to: Math.round(window.to * 1000) };
  const shift = Math.round(shiftSeconds(compare ?? "previous", window) * 1000);
  const b = { from: a.from - shift, to: a.to - shift };
  const comparison = await compareServer(actor, { server, metrics, points, a, b });
  return { ...layUnder(comparison), compared: comparison.series };
}
