import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { type BlockingTrees, firstOf } from "./blocking";
import { BlockingRow, type BlockingRowProps, TREE_COLUMNS } from "./blocking-row";
import type { SessionRow } from "./rows";

interface BlockingCardProps extends Pick<BlockingRowProps, "onOpen" | "onEnd"> {
  trees: BlockingTrees<SessionRow>;
}

/** What shows before somebody asks for all. */
const FIRST = 25;

/** Who holds whom: roots with most victims first. */
export const BlockingCard = memo(function BlockingCard({ trees: { roots, waiting }, ...on }: BlockingCardProps) {
  const t = useTranslations("activityLive");
  const [all, setAll] = useState(false);
  const { shown, total } = firstOf(roots, all ? Number.POSITIVE_INFINITY : FIRST);
  return (
    <Card className="mb-2.5" aria-labelledby="blocking">
      <CardHead
        id="blocking"
        title={
          <span className="flex items-center gap-2">
            <Lock aria-hidden className="icon-14 text-crit" />
            {t("blocking.title")}
          </span>
        }
        meta={t("blocking.meta", { roots: roots.length, waiting })}
      />
      <div
        aria-hidden
        className={cn("h-[30px] bg-muted px-3 text-xs font-medium text-muted-foreground max-md:hidden", TREE_COLUMNS)}
      >
        <span>{t("columns.pid")}</span>
        <span>{t("columns.user")}</span>
        <span>{t("blocking.doing")}</span>
        <span className="text-right">{t("blocking.age")}</span>
        <span>{t("columns.text")}</span>
      </div>
      <ul aria-label={t("blocking.title")} className="border-t text-sm">
        {shown.map((root, at) => (
          <BlockingRow
            key={root.session?.key ?? root.pid}
            node={root}
            depth={0}
            last={at === shown.length - 1}
            {...on}
          />
        ))}
      </ul>
      {total > FIRST && (
        <div className="border-t px-3 py-1.5">
          <Button size="sm" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t("blocking.less") : t("blocking.all", { count: total })}
          </Button>
        </div>
      )}
    </Card>
  );
});
