import { CircleDashed, Clock } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useId } from "react";
import { cn } from "@/lib/utils";
import { Badge } from "../ui/badge";
import { Card } from "../ui/card";
import { useReason } from "../use-reason";
import type { Viewer } from "./paint";
import { exactTime } from "./time-ticks";

interface ChartCardProps {
  title: string;
  help?: string | undefined;
  meta: ReactNode;
  /** Seconds since the epoch of the last sample, once it is too old. */
  staleSince?: number | null;
  viewer?: Viewer;
  actions?: ReactNode;
  card?: RefObject<HTMLElement | null>;
  className?: string | undefined;
  children: ReactNode;
}

/** Card of a chart: head of 32 px with unit and resolution, no line under it. */
export function ChartCard({ title, help, meta, staleSince, viewer, ...rest }: ChartCardProps) {
  const { actions, card, className, children } = rest;
  const t = useTranslations("charts");
  const id = useId();
  return (
    <Card ref={card} aria-labelledby={id} className={cn("overflow-visible pb-1", className)}>
      <div className={cn("flex h-8 items-center gap-2 px-3", help !== undefined && LONG_TITLE)}>
        <h2 id={id} title={help} className="min-w-0 max-w-full truncate font-semibold text-sm">
          {title}
        </h2>
        <p className="min-w-8 flex-1 truncate text-muted-foreground text-xs">{meta}</p>
        <div className="flex shrink-0 items-center gap-1">
          {typeof staleSince === "number" && viewer && (
            <Badge tone="warn">
              <Clock aria-hidden />
              {t("staleSince", { time: exactTime(staleSince, viewer, Date.now() / 1000 - staleSince > 86_400) })}
            </Badge>
          )}
          {actions}
        </div>
      </div>
      <div className="px-3">{children}</div>
    </Card>
  );
}

/** A metric's full name takes a phone's width: unit and resolution stand below it. */
const LONG_TITLE =
  "max-md:h-auto max-md:flex-wrap max-md:gap-y-0 [&>h2]:max-md:flex-1 [&>p]:max-md:order-last [&>p]:max-md:-mt-1 [&>p]:max-md:basis-full";

/** In place of the plot: what is missing and why. */
export function ChartUnavailable({ title, reason, height }: { title: string; reason: string; height: number }) {
  const inWords = useReason();
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-3 text-center" style={{ minHeight: height }}>
      <CircleDashed aria-hidden className="icon-16 text-idle" />
      <p className="font-medium text-sm">{title}</p>
      <p className="max-w-80 text-muted-foreground text-xs">{inWords(reason)}</p>
    </div>
  );
}

/** Over an empty plot. */
export function PlotNote({ children }: { children: ReactNode }) {
  return (
    <p className="pointer-events-none absolute inset-x-0 top-0 bottom-5 flex items-center justify-center text-center text-muted-foreground text-xs">
      <span className="rounded-sm bg-card px-2 py-0.5">{children}</span>
    </p>
  );
}

/** Language and zone of who looks. */
export function useViewer(timeZone: string): Viewer {
  return { locale: useLocale(), timeZone };
}
