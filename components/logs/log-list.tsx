"use client";
import { ScrollText, Search } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { formatNumber } from "@/lib/format";
import type { Logs } from "@/lib/syslog/schema";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Empty } from "../ui/empty";
import { Switch } from "../ui/switch";
import { Table, TableHead, TableHeader } from "../ui/table";
import { isFiltered, type LogQuery, logsHref, MOST_ROWS } from "./log-query";
import { LogRow } from "./log-row";
import { useKeptPlace } from "./use-kept-place";
import { type TailState, useLogTail } from "./use-log-tail";

interface LogListProps {
  initial: Logs;
  query: LogQuery;
}

/** The entries, newest first; new ones appear at the top while the list is followed. */
export function LogList({ initial, query }: LogListProps) {
  const t = useTranslations("logs");
  const timeZone = useTimeZone();
  const [follows, setFollows] = useState(true);
  const isNewest = query.before === null;
  const { rows, state } = useLogTail(initial, query, follows && isNewest);
  const body = useRef<HTMLTableSectionElement>(null);
  useKeptPlace(body, rows[0]?.id);
  const last = rows.at(-1);
  const hasOlder = initial.total > initial.items.length || rows.length >= MOST_ROWS;
  return (
    <Card>
      <ListHead initial={initial}>
        {isNewest ? (
          <Following on={follows} onChange={setFollows} state={state} />
        ) : (
          <Button asChild size="sm">
            <Link href={logsHref(query)}>{t("newest")}</Link>
          </Button>
        )}
      </ListHead>
      {last ? (
        <>
          <Table aria-label={t("title")} className="max-md:block">
            <TableHead className="max-md:hidden">
              <tr>
                <TableHeader className="w-40">{t("columns.time")}</TableHeader>
                <TableHeader className="w-24">{t("columns.level")}</TableHeader>
                <TableHeader className="w-28">{t("columns.source")}</TableHeader>
                <TableHeader className="w-28">{t("columns.server")}</TableHeader>
                <TableHeader>{t("columns.message")}</TableHeader>
                <TableHeader className="w-10">
                  <span className="sr-only">{t("columns.details")}</span>
                </TableHeader>
              </tr>
            </TableHead>
            <tbody ref={body} className="max-md:block">
              {rows.map((entry) => (
                <LogRow key={entry.id} entry={entry} timeZone={timeZone} />
              ))}
            </tbody>
          </Table>
          {hasOlder && (
            <div className="flex justify-center border-t p-2">
              <Button asChild size="sm" variant="ghost">
                <Link href={logsHref(query, { before: last.id })}>{t("older")}</Link>
              </Button>
            </div>
          )}
        </>
      ) : (
        <NothingFound query={query} />
      )}
    </Card>
  );
}

function ListHead({ initial, children }: { initial: Logs; children: React.ReactNode }) {
  const t = useTranslations("logs");
  const locale = useLocale();
  const total = formatNumber(initial.total, locale, 0);
  return (
    <div className="flex min-h-[38px] items-center gap-3 border-b px-3 py-1">
      <p className="text-muted-foreground text-xs">
        {initial.total_is_exact ? t("count", { count: initial.total }) : t("moreThan", { count: total })}
      </p>
      <div className="ml-auto flex items-center gap-2">{children}</div>
    </div>
  );
}

interface FollowingProps {
  on: boolean;
  onChange(on: boolean): void;
  state: TailState;
}

function Following({ on, onChange, state }: FollowingProps) {
  const t = useTranslations("logs");
  return (
    <>
      <span role="status" className="text-muted-foreground text-xs">
        {(state === "late" || state === "refused") && t(state)}
      </span>
      {/* The label holds the switch, which carries its name. */}
      <span className="flex items-center gap-2 text-sm">
        <span aria-hidden>{t("follow")}</span>
        <Switch checked={on} onCheckedChange={onChange} aria-label={t("follow")} />
      </span>
    </>
  );
}

function NothingFound({ query }: { query: LogQuery }) {
  const t = useTranslations("logs");
  if (!isFiltered(query) && query.before === null)
    return <Empty icon={ScrollText} title={t("emptyTitle")} text={t("empty")} />;
  return (
    <Empty icon={Search} title={t("noMatch")} text={t("noMatchText")}>
      <Button asChild size="sm">
        <Link href="/admin/logs">{t("clear")}</Link>
      </Button>
    </Empty>
  );
}
