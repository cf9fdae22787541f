"use client";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import type { ServerActions } from "./server-actions";

interface AddServerButtonProps {
  actions: ServerActions;
  /** Whether `?add=1` opens it, as the command palette does: say so of one button of a page. */
  byAddress?: boolean;
}

/** The way to another server. Shown to whoever may register one. */
export function AddServerButton({ byAddress = false }: AddServerButtonProps) {
  const t = useTranslations("serverForm");
  return (
    <Button variant="primary" data-by-address={byAddress || undefined}>
      <Plus aria-hidden />
      {t("add")}
    </Button>
  );
}
