import { useTranslations } from "next-intl";
import { Card } from "../ui/card";
import type { AnalysisQuery } from "./address";
import type { Arranged } from "./arrange";
import { AnalysisList } from "./databases-list";
import { AnalysisTable } from "./databases-table";
import { AnalysisPager, NoMatch } from "./footer";

interface DatabasesCardProps {
  server: string;
  query: AnalysisQuery;
  arranged: Arranged;
  asOf: number;
}

/** What search and filter leave of the databases. */
export function DatabasesCard({ arranged, asOf, ...shown }: DatabasesCardProps) {
  const t = useTranslations("analysis");
  const { rows } = arranged;
  if (rows.length === 0) {
    return (
      <Card>
        <NoMatch {...shown} />
      </Card>
    );
  }
  return (
    <Card>
      <AnalysisTable {...shown} databases={rows} asOf={asOf} />
      <AnalysisList server={shown.server} databases={rows} />
      {rows.some(({ estimate }) => estimate) && (
        <p className="border-t px-3 py-2 text-muted-foreground text-xs">{t("estimateNote")}</p>
      )}
      <AnalysisPager {...shown} arranged={arranged} />
    </Card>
  );
}
