"use client";
import { Pause, Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "@/lib/http/action";
import { Button } from "../ui/button";

interface PauseButtonProps {
  server: string;
  enabled: boolean;
  setEnabled(input: { name: string; enabled: boolean }): Promise<ActionResult<object>>;
}

/** Pauses a server or goes on with it; the message that follows can take it back. */
export function PauseButton({ server, enabled, setEnabled }: PauseButtonProps) {
  const t = useTranslations("collector");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const change = async (to: boolean, undo: boolean): Promise<void> => {
    const result = await setEnabled({ name: server, enabled: to }).catch(() => null);
    if (!result?.ok) {
      toast.error(t("failed"));
      return;
    }
    const action = { label: t("undo"), onClick: () => void change(!to, false) };
    toast.success(t(to ? "resumed" : "paused", { server }), undo ? { action } : {});
    router.refresh();
  };
  const Icon = enabled ? Pause : Play;
  return (
    <Button size="sm" disabled={pending} onClick={() => startTransition(() => change(!enabled, true))}>
      <Icon aria-hidden />
      {enabled ? t("pause") : t("resume")}
      <span className="sr-only">{server}</span>
    </Button>
  );
}
