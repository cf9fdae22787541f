"use client";
import { ArrowDownWideNarrow, ChartColumn, Radio } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { SearchBox } from "../servers/search-box";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { type Arranged, SORTS, STATUS_FILTERS, type StreamsQuery } from "./arrange";

interface ToolbarProps {
  query: StreamsQuery;
  arranged: Pick<Arranged, "counts" | "found">;
  change(changes: Partial<StreamsQuery>): void;
}

/** Which channels show, and the ways to the pages beside this one. */
export function Toolbar({ query, arranged, change }: ToolbarProps) {
  const t = useTranslations("streams");
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="max-md:flex max-md:w-full">
        <SearchBox search={query.search} label={t("search")} onAsk={(search) => change({ search })} />
      </div>
      <StatusChoice query={query} arranged={arranged} change={change} />
      <div className="flex flex-wrap gap-2 md:ml-auto">
        <SortChoice query={query} change={change} />
        <Button asChild>
          <Link href="/streams/analytics">
            <ChartColumn aria-hidden />
            {t("analytics.title")}
          </Link>
        </Button>
        <Button asChild>
          <Link href="/streams/sources">
            <Radio aria-hidden />
            {t("sources")}
          </Link>
        </Button>
      </div>
    </div>
  );
}

/** All, or the channels of one kind, each with its count; a kind that none is of is left out. */
function StatusChoice({ query, arranged: { counts, found }, change }: ToolbarProps) {
  const t = useTranslations("streams");
  const locale = useLocale();
  const shown = STATUS_FILTERS.filter((status) => counts[status] > 0 || query.status === status);
  const count = (value: number) => (
    <span className="font-normal text-muted-foreground">{formatNumber(value, locale, 0)}</span>
  );
  return (
    <div className="min-w-0 max-w-full overflow-x-auto">
      <Segmented aria-label={t("statusFilter")}>
        <SegmentedItem active={query.status === null} onClick={() => change({ status: null })}>
          {t("all")} {count(found)}
        </SegmentedItem>
        {shown.map((status) => (
          <SegmentedItem key={status} active={query.status === status} onClick={() => change({ status })}>
            {t(`filters.${status}`)} {count(counts[status])}
          </SegmentedItem>
        ))}
      </Segmented>
    </div>
  );
}

function SortChoice({ query, change }: Pick<ToolbarProps, "query" | "change">) {
  const t = useTranslations("streams");
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button aria-label={t("sortedBy", { by: t(`sorts.${query.sort}`) })}>
          <ArrowDownWideNarrow aria-hidden />
          {t(`sorts.${query.sort}`)}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuRadioGroup
          value={query.sort}
          onValueChange={(value) => change({ sort: SORTS.find((sort) => sort === value) ?? query.sort })}
        >
          {SORTS.map((sort) => (
            <DropdownMenuRadioItem key={sort} value={sort} className="relative">
              {t(`sorts.${sort}`)}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
