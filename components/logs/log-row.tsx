import { ChevronDown, ChevronRight } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { memo, useState } from "react";
import { formatTime, NO_VALUE } from "@/lib/format";
import type { LogEntry } from "@/lib/syslog/schema";
import { Button } from "../ui/button";
import { TableCell, TableRow } from "../ui/table";
import { LevelBadge } from "./level-badge";

interface LogRowProps {
  entry: LogEntry;
  timeZone: string;
}

/** One entry; on a phone a card of three lines. Its details open below it. */
export const LogRow = memo(function LogRow({ entry, timeZone }: LogRowProps) {
  const t = useTranslations("logs");
  const [open, setOpen] = useState(false);
  const details = `details-${entry.id}`;
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <>
      <TableRow
        data-entry={entry.id}
        className="align-top max-md:flex max-md:h-auto max-md:flex-wrap max-md:items-center max-md:gap-x-2 max-md:px-3 max-md:py-1"
      >
        <TableCell className="mono py-1.5 text-muted-foreground max-md:p-0! max-md:order-4">
          <EntryTime at={entry.timestamp} timeZone={timeZone} />
        </TableCell>
        <TableCell className="py-1.5 max-md:p-0! max-md:order-1">
          <LevelBadge level={entry.level} />
        </TableCell>
        <TableCell className="py-1.5 text-foreground-2 max-md:p-0! max-md:order-5 max-md:text-muted-foreground max-md:text-xs">
          {entry.source}
          {entry.server && <span className="md:hidden">{`, ${entry.server}`}</span>}
        </TableCell>
        <TableCell className="py-1.5 max-md:hidden">
          {entry.server === null ? (
            <span className="text-muted-foreground">{NO_VALUE}</span>
          ) : (
            <Link
              href={`/servers/${encodeURIComponent(entry.server)}`}
              prefetch={false}
              title={entry.server}
              className="block max-w-40 truncate hover:underline"
            >
              {entry.server}
            </Link>
          )}
        </TableCell>
        <TableCell className="w-full whitespace-normal break-words py-1.5 [overflow-wrap:anywhere] max-md:p-0! max-md:order-3">
          {entry.message}
        </TableCell>
        <TableCell className="py-1 text-right max-md:p-0! max-md:order-2 max-md:ml-auto">
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={t("details", { message: entry.message })}
            aria-expanded={open}
            aria-controls={open ? details : undefined}
            onClick={() => setOpen(!open)}
          >
            <Icon aria-hidden />
          </Button>
        </TableCell>
      </TableRow>
      {open && (
        <tr id={details} className="border-b bg-muted max-md:block">
          <td colSpan={6} className="px-3 py-2 max-md:block">
            <pre className="mono max-h-80 overflow-auto whitespace-pre-wrap break-words text-foreground-2">
              {JSON.stringify({ id: entry.id, timestamp: entry.timestamp, ...entry.details }, null, 2)}
            </pre>
          </td>
        </tr>
      )}
    </>
  );
});

function EntryTime({ at, timeZone }: { at: string; timeZone: string }) {
  const locale = useLocale();
  const show = (zone: string) => formatTime(new Date(at), { locale, timeZone: zone, style: "datetime" });
  return (
    <time dateTime={at} title={`${show("UTC")} UTC`}>
      {show(timeZone)}
    </time>
  );
}
