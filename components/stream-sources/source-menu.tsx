"use client";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import type { SourceActions, SourceItem } from "./source-actions";

// Only whoever opens one loads it.
const SourceDialog = dynamic(() => import("./source-dialog").then((module) => module.SourceDialog), { ssr: false });
const RemoveSource = dynamic(() => import("./remove-source").then((module) => module.RemoveSource), { ssr: false });

/** What can be done with a source. */
export function SourceMenu({ source, actions }: { source: SourceItem; actions: SourceActions }) {
  const t = useTranslations("streamSources");
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const dialog = { source, onClose: () => setOpen(null), returnTo: trigger };
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button ref={trigger} variant="ghost" size="icon-sm" aria-label={t("menu", { name: source.name })}>
            <Ellipsis aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem onSelect={() => setOpen("edit")}>
            <Pencil aria-hidden />
            {t("edit.open")}
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => setOpen("remove")} className="text-crit-text">
            <Trash2 aria-hidden />
            {t("remove.open")}
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {open === "edit" && <SourceDialog {...dialog} actions={actions} />}
      {open === "remove" && <RemoveSource {...dialog} remove={actions.remove} />}
    </>
  );
}
