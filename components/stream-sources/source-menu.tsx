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
  // As it was when its dialog was opened: the list goes on meanwhile, and nobody overwrites what they have not seen.
  const [open, setOpen] = useState<{ verb: "edit" | "remove"; source: SourceItem } | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const dialog = { onClose: () => setOpen(null), returnTo: trigger };
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button ref={trigger} variant="ghost" size="icon-sm" aria-label={t("menu", { name: source.name })}>
            <Ellipsis aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem onSelect={() => setOpen({ verb: "edit", source })}>
            <Pencil aria-hidden />
            {t("edit.open")}
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => setOpen({ verb: "remove", source })} className="text-crit-text">
            <Trash2 aria-hidden />
            {t("remove.open")}
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {open?.verb === "edit" && <SourceDialog {...dialog} source={open.source} actions={actions} />}
      {open?.verb === "remove" && <RemoveSource {...dialog} source={open.source} remove={actions.remove} />}
    </>
  );
}
