// Events as marks on the time axis of charts. Pure.
import type { useTranslations } from "next-intl";
import { type ActivityEvent, EVERYWHERE, type Severity } from "@/lib/activity/schema";
import type { ChartMark, MarkKind } from "../charts/marks";
import { isGood } from "./looks";
import { sentenceOf } from "./sentence";

export interface EventMark extends ChartMark {
  /** The event's. */
  id: number;
}

/** Texts of `activity.text`. */
type Words = Pick<ReturnType<typeof useTranslations<"activity.text">>, "has" | "markup">;

const KINDS: Readonly<Record<Severity, MarkKind>> = { info: "plain", warning: "warning", error: "critical" };

/** An event in one plain sentence, where it happened. */
export function markOf(event: ActivityEvent, t: Words): EventMark {
  return {
    id: event.id,
    at: Date.parse(event.created_at) / 1000,
    label: plainText(event, t),
    kind: isGood(event) ? "good" : KINDS[event.severity],
  };
}

function plainText(event: ActivityEvent, t: Words): string {
  const sentence = sentenceOf(event);
  if (!sentence || !t.has(sentence.key)) return event.message;
  const plain = (chunks: string) => chunks;
  return t.markup(sentence.key, { ...sentence.values, b: plain, on: plain });
}

/** Whether an event belongs on the charts of a server. */
export const concerns = ({ type, target }: ActivityEvent, server: number): boolean =>
  (target?.kind === "server" && target.id === String(server)) || (EVERYWHERE as readonly string[]).includes(type);
