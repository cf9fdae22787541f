import { ListX, Search } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useMemo, useState } from "react";
import type { LiveSessions } from "@/lib/fleet/sessions-schema";
import { formatNumber } from "@/lib/format";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Empty } from "../ui/empty";
import type { ActivityQuery } from "./address";
import { arrange } from "./arrange";
import type { OnEnd } from "./ending";
import { countFilters, FilterChips } from "./filter-chips";
import type { SessionRow } from "./rows";
import { SessionsTable } from "./sessions-table";
import { Toolbar } from "./toolbar";

interface SessionsCardProps {
  rows: readonly SessionRow[];
  answer: Pick<LiveSessions, "total" | "masked">;
  /** When the server told them (ms). */
  asked: number;
  query: ActivityQuery;
  change(changes: Partial<ActivityQuery>): void;
  onOpen(row: SessionRow, opener: HTMLElement): void;
  onEnd: OnEnd | null;
  /** At the right end of the head. */
  children: ReactNode;
}

/** Rows that are drawn at once: more would make a slow browser stumble each second. */
const PAGE = 100;

/** The sessions that fit the filters. */
export function SessionsCard({ rows, answer, asked, query, change, children, ...on }: SessionsCardProps) {
  const t = useTranslations("activityLive");
  const locale = useLocale();
  const [limit, setLimit] = useState(PAGE);
  const shown = useMemo(() => arrange(rows, query, asked), [rows, query, asked]);
  const page = useMemo(() => shown.slice(0, limit), [shown, limit]);
  const filters = countFilters(query);
  const listed = query.own ? rows.length : rows.reduce((count, { own }) => count + Number(!own), 0);
  const number = (value: number) => formatNumber(value, locale, 0);
  return (
    <Card aria-labelledby="sessions">
      <div className="flex min-h-[38px] flex-wrap items-center gap-x-2 gap-y-1 border-b px-3 py-1">
        <h2 id="sessions" className="shrink-0 text-sm font-semibold">
          {t("title")}
        </h2>
        <p className="min-w-0 truncate text-xs text-muted-foreground">
          {filters > 0
            ? t("matching", { count: number(shown.length), of: number(listed) })
            : t("listed", { count: listed })}
        </p>
        {answer.masked && <p className="text-xs text-muted-foreground">{t("masked")}</p>}
        <div className="ml-auto flex flex-wrap items-center gap-2 max-md:w-full max-md:justify-between">{children}</div>
      </div>
      <Toolbar rows={rows} query={query} change={change} />
      {filters > 0 && shown.length > 0 && (
        <div className="flex flex-wrap items-center gap-2 border-b px-3 py-1.5">
          <FilterChips query={query} change={change} />
        </div>
      )}
      {shown.length > 0 ? (
        <SessionsTable rows={page} sort={query.sort} down={query.down} change={change} {...on} />
      ) : (
        <Nothing query={query} change={change} />
      )}
      {(shown.length > limit || answer.total > rows.length) && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-3 py-2 text-xs text-muted-foreground">
          {shown.length > limit && (
            <>
              {t("shown", { count: number(limit), of: number(shown.length) })}
              <Button size="sm" onClick={() => setLimit(limit + PAGE)}>
                {t("more", { count: Math.min(PAGE, shown.length - limit) })}
              </Button>
            </>
          )}
          {answer.total > rows.length && <p>{t("cut", { count: number(rows.length), of: number(answer.total) })}</p>}
        </div>
      )}
    </Card>
  );
}

function Nothing({ query, change }: Pick<SessionsCardProps, "query" | "change">) {
  const t = useTranslations("activityLive");
  const filters = countFilters(query);
  if (filters === 0) return <Empty icon={ListX} title={t("empty.title")} text={t("empty.text")} />;
  return (
    <Empty icon={Search} title={t("noMatch", { count: filters })}>
      <FilterChips query={query} change={change} />
    </Empty>
  );
}
