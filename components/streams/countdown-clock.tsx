"use client";
import { Hourglass } from "lucide-react";
import { useTranslations } from "next-intl";
import type { AutoEnd } from "@/lib/streams/schema";
import { Badge } from "../ui/badge";
import { clockText, LAST_SECONDS, secondsLeft } from "./countdown";
import { useServerNow } from "./stream-clock";

/** What is left, counting. */
export function Countdown({ timer, className }: { timer: AutoEnd; className?: string }) {
  const t = useTranslations("streams.timer");
  const left = secondsLeft(timer, useServerNow());
  if (left === null) return null;
  const text = clockText(left);
  return (
    <span role="timer" aria-label={t("left", { time: text })} className={className}>
      {text}
    </span>
  );
}

/** The same as a badge, for cards and rows. */
export function CountdownBadge({ timer }: { timer: AutoEnd }) {
  return (
    <Badge tone="warn" data-timer={timer.state}>
      <Hourglass aria-hidden />
      <Countdown timer={timer} />
    </Badge>
  );
}

const NOTCHES = [10, 30, LAST_SECONDS];
const percent = (seconds: number) => (100 * Math.min(LAST_SECONDS, seconds)) / LAST_SECONDS;

/** Empties over the last minute; the clock beside it says the same. */
export function CountdownBar({ timer }: { timer: AutoEnd }) {
  const left = secondsLeft(timer, useServerNow()) ?? LAST_SECONDS;
  return (
    <div aria-hidden className="w-[218px] max-md:w-full">
      <div className="relative h-1.5 overflow-hidden rounded-sm bg-warn-line">
        <div className="h-full bg-warn" style={{ width: `${percent(left)}%` }} />
        {NOTCHES.slice(0, -1).map((at) => (
          <span key={at} className="absolute inset-y-0 w-px bg-card" style={{ left: `${percent(at)}%` }} />
        ))}
      </div>
      <div className="relative mt-1 h-3.5 text-2xs text-foreground-2">
        {NOTCHES.map((at) => (
          <span
            key={at}
            className={at === LAST_SECONDS ? "absolute right-0" : "-translate-x-1/2 absolute"}
            style={at === LAST_SECONDS ? {} : { left: `${percent(at)}%` }}
          >
            {clockText(at)}
          </span>
        ))}
      </div>
    </div>
  );
}
