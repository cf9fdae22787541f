"use client";
import { Pause, Play, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import type { ActionResult } from "@/lib/http/action";
import { Button } from "../ui/button";

/** Pauses servers or goes on with them. */
export type SetEnabled = (input: { names: string[]; enabled: boolean }) => Promise<ActionResult<{ changed: number }>>;

const ROW = 'input[name="server"]';

/** Around a table with a checkbox `server` in each row: what can be done with the chosen ones shows as long as there are any. */
export function Selection({ children, setEnabled }: { children: ReactNode; setEnabled: SetEnabled }) {
  const t = useTranslations("servers");
  const failed = useTranslations("serverForm.refused");
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [names, setNames] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const boxes = () => [...(form.current?.querySelectorAll<HTMLInputElement>(ROW) ?? [])];
  const look = () => setNames(boxes().flatMap((box) => (box.checked ? [box.value] : [])));
  // Another page of the list, or a row that is gone, takes its choice along.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are what is looked at
  useEffect(look, [children]);

  const clear = () => {
    for (const box of boxes()) box.checked = false;
    look();
  };
  const act = async (enabled: boolean) => {
    setBusy(true);
    const result = await setEnabled({ names, enabled }).catch(() => null);
    setBusy(false);
    if (!result?.ok) return void toast.error(failed("failed"));
    toast.success(t(enabled ? "resumedMany" : "pausedMany", { count: result.data.changed }));
    clear();
    router.refresh();
  };
  return (
    <form ref={form} onChange={look} onSubmit={(event) => event.preventDefault()}>
      {children}
      {names.length > 0 && (
        <div
          role="toolbar"
          aria-label={t("selection")}
          className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 border-t bg-selected px-3 py-1.5 text-sm"
        >
          <span aria-live="polite" className="mr-auto font-medium">
            {t("selected", { count: names.length })}
          </span>
          <Button size="sm" disabled={busy} onClick={() => void act(false)}>
            <Pause aria-hidden />
            {t("pause")}
          </Button>
          <Button size="sm" disabled={busy} onClick={() => void act(true)}>
            <Play aria-hidden />
            {t("resume")}
          </Button>
          <Button size="icon-sm" variant="ghost" aria-label={t("clearSelection")} onClick={clear}>
            <X aria-hidden />
          </Button>
        </div>
      )}
    </form>
  );
}

/** Chooses all rows of the page, or none. */
export function SelectAll() {
  const t = useTranslations("servers");
  return (
    <input
      type="checkbox"
      aria-label={t("selectAll")}
      className="relative z-10 block size-3.5 accent-primary"
      onChange={({ currentTarget: all }) => {
        for (const box of all.form?.querySelectorAll<HTMLInputElement>(ROW) ?? []) box.checked = all.checked;
      }}
    />
  );
}
