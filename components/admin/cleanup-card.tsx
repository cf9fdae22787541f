import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { formatBytes, formatTime } from "@/lib/format";
import type { ActionResult } from "@/lib/http/action";
import type { Cleanup } from "@/lib/retention/schema";
import { FormError } from "../account/form-error";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { CleanupDialog, CleanupNumbers } from "./cleanup-dialog";

interface CleanupCardProps {
  last: Cleanup | null;
  /** As saved: without it nothing is ever old enough. */
  archiving: boolean;
  cleanUp(input: unknown): Promise<ActionResult<Cleanup>>;
}

/** The last clean-up, and one by hand: first counted, then asked for, then done. */
export function CleanupCard({ last, archiving, cleanUp }: CleanupCardProps) {
  const t = useTranslations("settings.cleanup");
  const { would, message, pending, ask, run, close } = useCleanup(cleanUp);
  return (
    <Card>
      <CardHead title={t("title")} />
      <div className="grid gap-3 p-3">
        {last ? <LastRun last={last} /> : <p className="text-muted-foreground text-sm">{t("never")}</p>}
        <FormError>{message}</FormError>
        <div className="flex flex-wrap items-center gap-2">
          <Button variant="danger" disabled={pending || !archiving} onClick={ask}>
            {pending ? t("counting") : t("now")}
          </Button>
          {!archiving && <p className="min-w-0 flex-1 text-muted-foreground text-xs">{t("archivingOff")}</p>}
        </div>
      </div>
      <CleanupDialog
        title={t("confirmTitle")}
        text={t("confirmText")}
        confirm={t("confirm")}
        outcome={would}
        pending={pending}
        onConfirm={run}
        onClose={close}
      />
    </Card>
  );
}

function LastRun({ last }: { last: Cleanup }) {
  const t = useTranslations("settings.cleanup");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const at = last.last_archive_run && new Date(last.last_archive_run);
  const show = (date: Date, zone: string) => formatTime(date, { locale, timeZone: zone, style: "datetime" });
  return (
    <div className="grid gap-2">
      {at && (
        <p className="text-sm" title={`${show(at, "UTC")} UTC`}>
          {t("last", { time: show(at, timeZone) })}
        </p>
      )}
      <CleanupNumbers outcome={last} />
    </div>
  );
}

/** `would` is what a dry run found, while the viewer is asked whether it shall be done. */
function useCleanup(cleanUp: CleanupCardProps["cleanUp"]) {
  const t = useTranslations("settings.cleanup");
  const locale = useLocale();
  const router = useRouter();
  const [would, setWould] = useState<Cleanup | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [pending, start] = useTransition();
  const call = async (dryRun: boolean): Promise<Cleanup | null> => {
    setMessage(null);
    const result = await cleanUp({ dry_run: dryRun }).catch(() => null);
    if (result?.ok) return result.data;
    setMessage(result?.error.code === "conflict" ? t("busy") : t("failed"));
    return null;
  };
  const ask = () =>
    start(async () => {
      const found = await call(true);
      if (found && found.deleted_count + found.downsampled_count > 0) setWould(found);
      else if (found) toast.success(t("nothing"), { description: t("nothingHint") });
    });
  const run = () =>
    start(async () => {
      const done = await call(false);
      setWould(null);
      if (!done) return;
      const counts = { deleted: done.deleted_count, reduced: done.downsampled_count };
      const freed = formatBytes(Math.max(0, done.freed_bytes), locale);
      toast.success(t("done"), { description: t("doneHint", { ...counts, freed }) });
      router.refresh();
    });
  return { would, message, pending, ask, run, close: () => setWould(null) };
}
