"use client";
import { Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import type { ServerActions } from "./server-actions";

interface EditServerButtonProps {
  name: string;
  actions: ServerActions;
}

/** Opens a server's configuration. Shown to whoever may change it. */
export function EditServerButton({ name }: EditServerButtonProps) {
  const t = useTranslations("serverForm");
  return (
    <Button aria-label={t("editServer", { name })}>
      <Pencil aria-hidden />
      {t("edit")}
    </Button>
  );
}
