import { Download } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { SearchBox } from "../servers/search-box";
import { Button } from "../ui/button";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { type AnalysisQuery, analysisFile, analysisHref } from "./address";
import { type Arranged, SHOWN_VERDICTS } from "./arrange";
import { ModeChoice } from "./mode-choice";
import { VerdictIcon } from "./verdict";

interface ToolbarProps {
  server: string;
  query: AnalysisQuery;
  arranged: Pick<Arranged, "counts" | "found">;
}

/** Search, filter by verdict, and the file. */
export function AnalysisToolbar({ server, query, arranged }: ToolbarProps) {
  const t = useTranslations("analysis");
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <div className="flex gap-2 max-md:w-full">
        <SearchBox search={query.search} label={t("search")} />
        <ModeChoice mode={query.mode} />
      </div>
      <VerdictFilter server={server} query={query} arranged={arranged} />
      <Button asChild className="md:ml-auto">
        <a href={analysisFile(server)} download>
          <Download aria-hidden />
          {t("file")}
        </a>
      </Button>
    </div>
  );
}

function VerdictFilter({ server, query, arranged: { counts, found } }: ToolbarProps) {
  const t = useTranslations("analysis");
  const locale = useLocale();
  const shown = SHOWN_VERDICTS.filter((verdict) => counts[verdict] > 0 || query.verdict === verdict);
  const count = (value: number) => (
    <span className="font-normal text-muted-foreground">{formatNumber(value, locale, 0)}</span>
  );
  return (
    <div className="min-w-0 max-w-full overflow-x-auto max-md:w-full">
      <Segmented aria-label={t("columns.verdict")}>
        <SegmentedItem asChild active={query.verdict === null}>
          <Link href={analysisHref(server, query, { verdict: null })} scroll={false} prefetch={false}>
            {t("all")} {count(found)}
          </Link>
        </SegmentedItem>
        {shown.map((verdict) => (
          <SegmentedItem asChild key={verdict} active={query.verdict === verdict}>
            <Link href={analysisHref(server, query, { verdict })} scroll={false} prefetch={false}>
              <VerdictIcon verdict={verdict} className="icon-12" />
              {t(`verdict.${verdict}`)} {count(counts[verdict])}
            </Link>
          </SegmentedItem>
        ))}
      </Segmented>
    </div>
  );
}
