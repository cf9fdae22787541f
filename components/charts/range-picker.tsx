"use client";
// Chooses the period of a page; the choice is part of the address.
import { Calendar } from "lucide-react";
import Link from "next/link";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { Popover } from "radix-ui";
import { type FormEvent, useId, useState } from "react";
import { cn } from "@/lib/utils";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Input } from "../ui/input";
import { Label } from "../ui/label";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { exactTime } from "./time-ticks";
import {
  addressAt,
  DEFAULT_PERIOD,
  PERIOD_NAMES,
  type Period,
  type TimeWindow,
  timeWindow,
  windowQuery,
} from "./time-window";
import { zoneClock } from "./zone";

/** Too much for a phone's width; the calendar reaches them too. */
const WIDE_ONLY = new Set(["90d", "1y"]);

interface RangePickerProps {
  /** The page's period without one in its address. */
  usual?: Period;
  className?: string;
}

export function RangePicker({ usual = DEFAULT_PERIOD, className }: RangePickerProps) {
  const t = useTranslations("charts");
  const pathname = usePathname();
  const parameters = useSearchParams();
  const shown = timeWindow(Object.fromEntries(parameters), 0, usual);
  return (
    <Segmented aria-label={t("period")} className={cn("max-md:w-full", className)}>
      {PERIOD_NAMES.map((name) => (
        <SegmentedItem
          key={name}
          active={shown.period === name}
          asChild
          className={cn("max-md:flex-1 max-md:justify-center", WIDE_ONLY.has(name) && "max-md:hidden")}
        >
          <Link
            href={addressAt(pathname, parameters.toString(), name === usual ? "" : `period=${name}`)}
            scroll={false}
            prefetch={false}
          >
            {t(`periods.${name}`)}
          </Link>
        </SegmentedItem>
      ))}
      <CustomRange shown={shown.period === null ? shown : null} />
    </Segmented>
  );
}

function CustomRange({ shown }: { shown: TimeWindow | null }) {
  const t = useTranslations("charts");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const [open, setOpen] = useState(false);
  const text =
    shown &&
    `${exactTime(shown.from, { locale, timeZone }, true)} – ${exactTime(shown.to, { locale, timeZone }, true)}`;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <SegmentedItem active={shown !== null} aria-label={text ?? t("customRange")} title={text ?? t("customRange")}>
          <Calendar aria-hidden />
        </SegmentedItem>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 w-72 animate-appear rounded-lg border border-border-strong bg-popover p-3"
        >
          <RangeForm shown={shown} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Day and minute as the field wants them, by the viewer's clock. */
const fieldValue = (time: number, timeZone: string): string =>
  new Date(zoneClock(timeZone).local(time) * 1000).toISOString().slice(0, 16);

function RangeForm({ shown, onDone }: { shown: TimeWindow | null; onDone(): void }) {
  const t = useTranslations("charts");
  const id = useId();
  const timeZone = useTimeZone();
  const router = useRouter();
  const pathname = usePathname();
  const parameters = useSearchParams();
  const now = Date.now() / 1000;
  const [ends, setEnds] = useState({
    from: fieldValue(shown?.from ?? now - 86_400, timeZone),
    to: fieldValue(shown?.to ?? now, timeZone),
  });
  const instant = (value: string) => zoneClock(timeZone).utc(Date.parse(`${value}:00Z`) / 1000);
  const [from, to] = [instant(ends.from), instant(ends.to)];
  const valid = from < to;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!valid) return;
    router.push(addressAt(pathname, parameters.toString(), windowQuery({ from, to })), { scroll: false });
    onDone();
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      {(["from", "to"] as const).map((end) => (
        <div key={end} className="grid gap-1">
          <Label htmlFor={`${id}${end}`}>{t(end)}</Label>
          <Input
            id={`${id}${end}`}
            type="datetime-local"
            required
            value={ends[end]}
            aria-invalid={!valid}
            onChange={(event) => setEnds({ ...ends, [end]: event.target.value.slice(0, 16) })}
          />
        </div>
      ))}
      <p
        className={cn("text-xs", valid ? "text-muted-foreground" : "text-crit-text")}
        role={valid ? undefined : "alert"}
      >
        {valid ? t("zone", { zone: timeZone }) : t("wrongOrder")}
      </p>
      <Button type="submit" variant="primary" disabled={!valid}>
        {t("apply")}
      </Button>
    </form>
  );
}
