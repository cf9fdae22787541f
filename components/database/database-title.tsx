"use client";
import { Trash2 } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ServerDatabase } from "@/lib/fleet/databases";
import { formatTime } from "@/lib/format";
import { addressAt, windowQuery } from "../charts/time-window";
import { useTimeZone } from "../clock";
import { databaseHref } from "../server/database-href";
import { Badge } from "../ui/badge";

interface DatabaseTitleProps {
  server: string;
  database: ServerDatabase;
  /** Those that had its name before, or have it now. */
  namesakes: readonly ServerDatabase[];
}

/** What a database is, whether it is still there, and which others have had its name. */
export function DatabaseTitle({ server, database, namesakes }: DatabaseTitleProps) {
  const t = useTranslations("database");
  const day = useDay();
  const { name, owner, encoding, created_at, first_seen_at, dropped_at, labels } = database;
  const facts = [
    owner && t("owner", { owner }),
    encoding,
    created_at ? t("created", { time: day(created_at) }) : t("firstSeen", { time: day(first_seen_at) }),
  ];
  return (
    <div className="mb-2.5 flex flex-wrap items-center gap-x-3 gap-y-1">
      <h2 className="min-w-0 truncate font-semibold text-lg" title={name}>
        {name}
      </h2>
      {dropped_at && (
        <Badge tone="warn">
          <Trash2 aria-hidden />
          <span suppressHydrationWarning>{t("dropped", { time: day(dropped_at) })}</span>
        </Badge>
      )}
      <ul className="flex flex-wrap gap-x-3 text-foreground-2 text-sm">
        {facts.filter(Boolean).map((fact) => (
          <li key={fact} suppressHydrationWarning>
            {fact}
          </li>
        ))}
      </ul>
      {dropped_at && (
        <Link
          href={addressAt(databaseHref(server, name), labels.oid ? `oid=${labels.oid}` : "", lastDay(dropped_at))}
          className="text-primary-text text-sm hover:underline"
        >
          {t("lastDay")}
        </Link>
      )}
      {namesakes.length > 0 && (
        <nav aria-label={t("namesakes")} className="flex flex-wrap items-center gap-x-3 text-sm">
          <span className="text-muted-foreground">{t("namesakes")}</span>
          {namesakes.map((one) => (
            <Link
              key={one.oid}
              href={databaseHref(server, one.name, one.labels.oid)}
              className="text-primary-text hover:underline"
              suppressHydrationWarning
            >
              {one.dropped_at
                ? t("droppedAt", { time: day(one.dropped_at), oid: String(one.oid) })
                : t("present", { oid: String(one.oid) })}
            </Link>
          ))}
        </nav>
      )}
    </div>
  );
}

const DAY_SECONDS = 86_400;

/** What it did last, whatever the period on screen. */
function lastDay(droppedAt: string): string {
  const to = Date.parse(droppedAt) / 1000;
  return windowQuery({ from: to - DAY_SECONDS, to });
}

function useDay(): (iso: string) => string {
  const locale = useLocale();
  const timeZone = useTimeZone();
  return (iso) => formatTime(new Date(iso), { locale, timeZone, style: "datetime" });
}
