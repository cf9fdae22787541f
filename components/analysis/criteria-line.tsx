import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Analysis } from "@/lib/fleet/analysis-schema";
import { Age } from "../age";

interface CriteriaLineProps {
  analysis: Pick<Analysis, "analysed_at" | "criteria">;
  asOf: number;
  /** How whoever may changes the criteria. */
  children?: ReactNode;
}

/** By what the verdicts were given, and when. */
export function CriteriaLine({ analysis: { analysed_at, criteria }, asOf, children }: CriteriaLineProps) {
  const t = useTranslations("analysis");
  return (
    <div className="mb-3 flex items-center gap-x-3 gap-y-1.5 max-md:flex-wrap text-muted-foreground text-xs">
      <p>{t("criteria.text", { ...criteria })}</p>
      <p className="shrink-0 md:ml-auto">
        {t.rich("analysed", { age: () => <Age since={analysed_at} asOf={asOf} ago /> })}
      </p>
      {children}
    </div>
  );
}
