import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Skeleton } from "../ui/skeleton";

interface ChoicesNoteProps {
  state: "loading" | "failed" | "ready";
  /** Nothing is left to show. */
  none: boolean;
  search: string;
  onRetry(): void;
}

/** In place of the metrics: they come, they could not be had, or there are none. */
export function ChoicesNote({ state, none, search, onRetry }: ChoicesNoteProps) {
  const t = useTranslations("history");
  if (state === "loading") {
    return (
      <div role="status" aria-label={t("loading")} className="grid gap-2 px-4 py-2">
        {[0, 1, 2, 3].map((row) => (
          <Skeleton key={row} className="h-8" />
        ))}
      </div>
    );
  }
  if (state === "failed") {
    return (
      <div role="alert" className="grid justify-items-center gap-2 px-4 py-8 text-sm">
        {t("failed")}
        <Button onClick={onRetry}>{t("retry")}</Button>
      </div>
    );
  }
  if (!none) return null;
  return (
    <p className="px-4 py-8 text-center text-muted-foreground text-sm">
      {search ? t("noMatch", { search }) : t("noMetrics")}
    </p>
  );
}
