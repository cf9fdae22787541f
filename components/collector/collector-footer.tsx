import { ChevronLeft, ChevronRight, Search } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
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
  const steps = [
    { icon: ChevronLeft, label: t("previous"), to: page - 1, isThere: page > 1 },
    { icon: ChevronRight, label: t("next"), to: page + 1, isThere: page < pages },
  ];
  return (
    <div className="flex items-center gap-3 px-1 text-muted-foreground text-xs">
      {t("count", { count: matching })}
      {pages > 1 && (
        <nav aria-label={t("pages")} className="ml-auto flex items-center gap-2">
          {`${page} / ${pages}`}
          {steps.map(({ icon: Icon, label, to, isThere }) =>
            isThere ? (
              <Button size="icon-sm" asChild key={label}>
                <Link href={collectorHref(query, { page: to })} aria-label={label}>
                  <Icon aria-hidden />
                </Link>
              </Button>
            ) : (
              <Button size="icon-sm" aria-label={label} disabled key={label}>
                <Icon aria-hidden />
              </Button>
            ),
          )}
        </nav>
      )}
    </div>
  );
}
