"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatTime } from "@/lib/format";
import type { AutoEnd, Channel } from "@/lib/streams/schema";
import { useTimeZone } from "../clock";
import { Card, CardHead } from "../ui/card";
import type { StreamActions } from "./actions";
import { AutoEndForm } from "./auto-end-form";
import { clockText, secondsLeft } from "./countdown";
import { Countdown, CountdownBar } from "./countdown-clock";
import { useServerNow } from "./stream-clock";
import { TimerButtons } from "./timer-buttons";

interface AutoEndCardProps {
  channel: Channel;
  /** Null for whoever may only look. */
  actions: StreamActions | null;
}

/** How the timer of a channel stands, what can be done with it, and how it is set. */
export function AutoEndCard({ channel, actions }: AutoEndCardProps) {
  const t = useTranslations("streams.autoEnd");
  const { auto_end } = channel;
  return (
    <Card aria-labelledby="auto-end">
      <CardHead id="auto-end" title={t("title")} meta={<InForce timer={auto_end} />} />
      <div className="grid gap-3 p-3">
        <State timer={auto_end} />
        {actions && <TimerButtons channel={channel} actions={actions} all />}
        {actions && <AutoEndForm key={JSON.stringify(auto_end.own)} channel={channel} actions={actions} />}
      </div>
    </Card>
  );
}

function InForce({ timer: { enabled, timeout_seconds } }: { timer: AutoEnd }) {
  const t = useTranslations("streams.autoEnd");
  return enabled ? t("after", { minutes: timeout_seconds / 60 }) : t("off");
}

function State({ timer }: { timer: AutoEnd }) {
  const t = useTranslations("streams.autoEnd");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const left = secondsLeft(timer, useServerNow());
  if (timer.state === "armed" && timer.deadline !== null) {
    return (
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border border-warn-line bg-warn-soft px-3 py-2.5">
        <Countdown timer={timer} className="font-semibold text-2xl text-warn-text" />
        <CountdownBar timer={timer} />
        <p className="basis-full text-foreground-2 text-sm">
          {t("armed", { time: formatTime(new Date(timer.deadline), { locale, timeZone, style: "time" }) })}
        </p>
      </div>
    );
  }
  if (timer.state === "idle")
    return <p className="text-foreground-2 text-sm">{t(timer.enabled ? "idle" : "idleOff")}</p>;
  return (
    <p className="text-foreground-2 text-sm">{t(timer.state, { left: left === null ? "none" : clockText(left) })}</p>
  );
}
