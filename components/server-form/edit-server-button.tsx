"use client";
import { LoaderCircle, Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Button } from "../ui/button";
import type { ServerActions } from "./server-actions";
import { useServerDialog } from "./use-server-dialog";

interface EditServerButtonProps {
  name: string;
  actions: ServerActions;
}

/** Opens a server's configuration. Shown to whoever may change it. */
export function EditServerButton({ name, actions }: EditServerButtonProps) {
  const t = useTranslations("serverForm");
  const button = useRef<HTMLButtonElement>(null);
  const { open, loading, dialog } = useServerDialog({ actions, returnTo: button });
  const Icon = loading ? LoaderCircle : Pencil;
  return (
    <>
      <Button ref={button} aria-disabled={loading || undefined} onClick={() => void open(name)}>
        <Icon aria-hidden className={loading ? "motion-safe:animate-spin" : undefined} />
        {t("edit")}
        <span className="sr-only">{name}</span>
      </Button>
      {dialog}
    </>
  );
}
