import { CircleStop, Ellipsis, OctagonX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import type { OnEnd } from "./ending";
import type { SessionRow } from "./rows";

/** What can be done with a session. */
export function SessionMenu({ row, onEnd }: { row: SessionRow; onEnd: OnEnd }) {
  const t = useTranslations("activityLive");
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button ref={trigger} variant="ghost" size="icon-sm" aria-label={t("menu", { pid: row.pid })}>
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => onEnd(row, "cancel", trigger.current)}>
          <CircleStop aria-hidden />
          {t("end.cancel.open")}
        </DropdownMenuItem>
        <DropdownMenuItem className="text-crit-text" onSelect={() => onEnd(row, "terminate", trigger.current)}>
          <OctagonX aria-hidden />
          {t("end.terminate.open")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
