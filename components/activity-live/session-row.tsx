import { useTranslations } from "next-intl";
import { memo } from "react";
import { NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { TableCell, TableRow } from "../ui/table";
import { COLUMN } from "./columns";
import { canBeEnded, type OnEnd } from "./ending";
import { oneLine, type SessionRow as Row, waitOf } from "./rows";
import { SessionMenu } from "./session-menu";
import { StateBadge } from "./state-badge";
import { Since } from "./ticking";

interface SessionRowProps {
  row: Row;
  onOpen(row: Row, opener: HTMLElement): void;
  /** Null for viewers who may not end sessions. */
  onEnd: OnEnd | null;
}

/** A session in one line; on a phone in two. Drawn anew only when something of it changed. */
export const SessionRow = memo(function SessionRow({ row, onOpen, onEnd }: SessionRowProps) {
  const t = useTranslations("activityLive");
  const { pid, usename, datname, query } = row;
  const whose = [usename, datname].filter(Boolean).join("@");
  return (
    <TableRow className="relative h-[31px] transition-colors hover:bg-hover max-md:grid max-md:h-auto max-md:grid-cols-[auto_minmax(0,1fr)_auto_auto] max-md:items-center max-md:gap-x-2 max-md:gap-y-1 max-md:px-3 max-md:py-2 max-md:*:p-0!">
      <TableCell className={COLUMN.pid}>
        {/* Its area is the whole row. */}
        <button
          type="button"
          onClick={(event) => onOpen(row, event.currentTarget)}
          aria-label={t("open", { pid })}
          className="mono text-left after:absolute after:inset-0"
        >
          {pid}
        </button>
      </TableCell>
      <Text className={COLUMN.user} value={usename} />
      <Text className={COLUMN.database} value={datname} />
      <Text className={COLUMN.application} value={row.application_name} />
      <Text className={cn("mono", COLUMN.client)} value={row.client_addr} />
      <TableCell className={COLUMN.state}>
        <StateBadge session={row} />
      </TableCell>
      <Text className={cn("text-foreground-2", COLUMN.wait)} value={waitOf(row)} />
      <TableCell className={COLUMN.transaction}>
        <Since since={row.xactSince} />
      </TableCell>
      <TableCell className={COLUMN.query}>
        <Since since={row.querySince} />
      </TableCell>
      <TableCell className={cn("mono truncate text-primary-text", COLUMN.blocked_by)} title={row.blocked_by.join(", ")}>
        {row.blocked_by[0]}
        {row.blocked_by.length > 1 && ` +${row.blocked_by.length - 1}`}
      </TableCell>
      <TableCell className={cn("truncate", COLUMN.text)}>
        {whose && <span className="mr-2 text-xs text-muted-foreground md:hidden">{whose}</span>}
        {query === null ? (
          <span className="text-muted-foreground">{t("unseenQuery")}</span>
        ) : (
          <span className="mono text-foreground-2">{oneLine(query)}</span>
        )}
      </TableCell>
      {onEnd && (
        <TableCell className={cn("relative z-10 py-0 text-right", COLUMN.menu)}>
          {canBeEnded(row) && <SessionMenu row={row} onEnd={onEnd} />}
        </TableCell>
      )}
    </TableRow>
  );
});

function Text({ value, className }: { value: string | null; className?: string }) {
  return (
    <TableCell className={cn("truncate", className)} title={value ?? undefined}>
      {value || <span className="text-muted-foreground">{NO_VALUE}</span>}
    </TableCell>
  );
}
