import { CircleStop, Ellipsis, OctagonX } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useCallback, useRef } from "react";
import type { EndVerb } from "@/lib/fleet/sessions-schema";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import type { OnEnd } from "./ending";
import type { SessionRow } from "./rows";

type Opener = HTMLElement | null;

/** What can be done with a session. */
export function SessionMenu({ row, onEnd }: { row: SessionRow; onEnd: OnEnd }) {
  const newest = useRef(row);
  newest.current = row;
  const onVerb = useCallback((verb: EndVerb, opener: Opener) => onEnd(newest.current, verb, opener), [onEnd]);
  return <Menu pid={row.pid} onVerb={onVerb} />;
}

interface MenuProps {
  pid: number;
  onVerb(verb: EndVerb, opener: Opener): void;
}

/** The dearest part of a row: it stays as it is while the row changes. */
const Menu = memo(function Menu({ pid, onVerb }: MenuProps) {
  const t = useTranslations("activityLive");
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button ref={trigger} variant="ghost" size="icon-sm" aria-label={t("menu", { pid })}>
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => onVerb("cancel", trigger.current)}>
          <CircleStop aria-hidden />
          {t("end.cancel.open")}
        </DropdownMenuItem>
        <DropdownMenuItem className="text-crit-text" onSelect={() => onVerb("terminate", trigger.current)}>
          <OctagonX aria-hidden />
          {t("end.terminate.open")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
});
