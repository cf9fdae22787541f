import { OctagonAlert, RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { startTransition } from "react";
import { Button } from "./ui/button";

interface ErrorNoticeProps {
  /** Under which the server logged it. */
  digest?: string | undefined;
  onRetry(): void;
}

/** In place of a page that failed: what happened, and what to do. */
export function ErrorNotice({ digest, onRetry }: ErrorNoticeProps) {
  const t = useTranslations();
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      onRetry();
    });
  return (
    <div role="alert" className="flex min-h-[60vh] flex-1 flex-col items-center justify-center gap-2 p-4 text-center">
      <OctagonAlert aria-hidden className="size-6 text-crit" />
      <h2 className="text-lg font-semibold">{t("errors.title")}</h2>
      <p className="max-w-lg text-sm text-muted-foreground">{t("errors.text")}</p>
      {digest && <p className="mono text-muted-foreground">{t("errors.id", { id: digest })}</p>}
      <Button className="mt-2" onClick={retry}>
        <RotateCw aria-hidden />
        {t("common.retry")}
      </Button>
    </div>
  );
}
