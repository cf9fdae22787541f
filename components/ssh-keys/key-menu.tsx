"use client";
import { Download, Ellipsis, Info, type LucideIcon, Pencil, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import type { KeyActions, KeyRow } from "./key-actions";
import type { KeyVerb } from "./key-dialog";

// Only whoever opens one loads it.
const KeyDialog = dynamic(() => import("./key-dialog").then((module) => module.KeyDialog), { ssr: false });

const ICONS: Record<KeyVerb, LucideIcon> = { details: Info, edit: Pencil, remove: Trash2 };

interface KeyMenuProps {
  sshKey: KeyRow;
  /** Whether the viewer may change and delete keys. */
  manage: boolean;
  actions: Pick<KeyActions, "update" | "remove">;
}

/** What can be done with a key. */
export function KeyMenu({ sshKey, manage, actions }: KeyMenuProps) {
  const t = useTranslations("sshKeys");
  const [verb, setVerb] = useState<KeyVerb | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const item = (verb: KeyVerb) => {
    const Icon = ICONS[verb];
    return (
      <DropdownMenuItem onSelect={() => setVerb(verb)} className={verb === "remove" ? "text-crit-text" : undefined}>
        <Icon aria-hidden />
        {t(`${verb}.open`)}
      </DropdownMenuItem>
    );
  };
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button ref={trigger} variant="ghost" size="icon-sm" aria-label={t("menu", { name: sshKey.name })}>
            <Ellipsis aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {item("details")}
          <DropdownMenuItem asChild>
            <a href={`/api/ssh-keys/${sshKey.id}/download-public`} download>
              <Download aria-hidden />
              {t("public.download")}
            </a>
          </DropdownMenuItem>
          {manage && item("edit")}
          {manage && item("remove")}
        </DropdownMenuContent>
      </DropdownMenu>
      {verb && (
        <KeyDialog verb={verb} sshKey={sshKey} actions={actions} onClose={() => setVerb(null)} returnTo={trigger} />
      )}
    </>
  );
}
