import { Search } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { PageSteps } from "../page-steps";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Empty } from "../ui/empty";
import { type ArrangedCollector, type CollectorQuery, collectorHref } from "./collector-query";

interface CollectorFooterProps {
  query: CollectorQuery;
  arranged: ArrangedCollector;
}

/** How many servers there are, and the way to the rest; or that none fits. */
export function CollectorFooter({ query, arranged: { page, pages, matching } }: CollectorFooterProps) {
  const t = useTranslations("collector");
  if (matching === 0) {
    return (
      <Card>
        <Empty icon={Search} title={t("noMatch")}>
          <Button asChild size="sm">
            <Link href="/admin/collector">{t("clear")}</Link>
          </Button>
        </Empty>
      </Card>
    );
  }
  return (
    <div className="flex items-center gap-3 px-1 text-muted-foreground text-xs">
      {t("count", { count: matching })}
      {pages > 1 && (
        <PageSteps
          label={t("pages")}
          range={`${page} / ${pages}`}
          previous={{ label: t("previous"), href: page > 1 ? collectorHref(query, { page: page - 1 }) : null }}
          next={{ label: t("next"), href: page < pages ? collectorHref(query, { page: page + 1 }) : null }}
        />
      )}
    </div>
  );
}
