import { TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatBytes } from "@/lib/format";
import type { Cleanup } from "@/lib/retention/schema";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

interface CleanupDialogProps {
  title: string;
  /** What is about to happen. */
  text: string;
  /** The button that lets it happen. */
  confirm: string;
  /** What a dry run found; null: there is nothing to ask. */
  outcome: Cleanup | null;
  pending: boolean;
  onConfirm(): void;
  onClose(): void;
}

/** Names what of history will go, in numbers, before it goes. */
export function CleanupDialog({ title, text, confirm, outcome, pending, onConfirm, onClose }: CleanupDialogProps) {
  const t = useTranslations("settings.cleanup");
  return (
    <Dialog open={outcome !== null} onOpenChange={(open) => !open && onClose()} title={title} description={text}>
      <div className="grid gap-3 p-4">
        <p aria-hidden className="text-sm">
          {text}
        </p>
        {outcome && <CleanupNumbers outcome={outcome} />}
        <p className="flex gap-1.5 text-warn-text text-xs">
          <TriangleAlert aria-hidden className="icon-12 mt-0.5" />
          {t("final")}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="destructive" disabled={pending} onClick={onConfirm}>
            {confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** What a clean-up did or would do. */
export function CleanupNumbers({ outcome }: { outcome: Cleanup }) {
  const t = useTranslations("settings.cleanup");
  const locale = useLocale();
  const numbers = [
    [t("deleted"), t("blocks", { count: outcome.deleted_count })],
    [t("reduced"), t("blocks", { count: outcome.downsampled_count })],
    [t("freed"), formatBytes(Math.max(0, outcome.freed_bytes), locale)],
  ] as const;
  return (
    <div className="rounded-md border bg-muted px-3 py-2 text-sm">
      <dl className="grid gap-1">
        {numbers.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-4">
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="pt-1.5 text-muted-foreground text-xs">{t("blocksHint")}</p>
    </div>
  );
}
