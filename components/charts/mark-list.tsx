"use client";
// What happened in the period, as a list that opens: each line puts the page's cursor where its mark stands.
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTimeZone } from "../clock";
import { useBoard } from "./board";
import { useViewer } from "./chart-card";
import { MarkLines } from "./mark-lines";
import { type ChartMark, within } from "./marks";

const DAY_SECONDS = 86_400;
/** No chart has it: the line shows in all, the tooltip in none. */
const NO_CHART = "";

export function MarkList({ marks }: { marks: readonly ChartMark[] }) {
  const t = useTranslations("charts");
  const viewer = useViewer(useTimeZone());
  const { cursor, window } = useBoard();
  // A period that ends now goes on.
  const shown = within(marks, { from: window.from, to: window.period === null ? window.to : Number.POSITIVE_INFINITY });
  if (shown.length === 0) return null;
  return (
    <details className="group text-xs">
      <summary className="flex min-h-[26px] w-fit cursor-pointer list-none items-center gap-1 rounded-sm text-foreground-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="icon-12 transition-transform group-open:rotate-90" />
        {t("marksCount", { count: shown.length })}
      </summary>
      <MarkLines
        marks={shown}
        viewer={viewer}
        withDate={window.to - window.from >= DAY_SECONDS}
        onPick={({ at }) => cursor.set({ time: at, chart: NO_CHART })}
      />
    </details>
  );
}
