"use client";
import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ServerActions, ServerAtHand } from "../server-form/server-actions";
import { Button } from "../ui/button";

interface ServerMenuProps {
  /** Only these fields: the whole row would travel to the browser with each menu. */
  server: ServerAtHand;
  /** Whether the viewer may change servers; without it there is no menu. */
  can: boolean;
  actions: ServerActions;
}

/** What can be done with a server. */
export function ServerMenu({ server, can }: ServerMenuProps) {
  const t = useTranslations("serverForm");
  if (!can) return null;
  return (
    <Button variant="ghost" size="icon-sm" aria-label={t("menu", { name: server.name })}>
      <Ellipsis aria-hidden />
    </Button>
  );
}
