import { useTranslations } from "next-intl";
import type { AuditItem } from "@/lib/audit/schema";
import { NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { AuditDetails } from "./audit-details";
import { useEventName } from "./event-name";
import { Moment } from "./moment";

const COLUMNS = ["time", "who", "what", "target", "address", "details"] as const;
const FAILED = "login_failed";

/** What was acted on, by its name. */
export const targetOf = ({ target_kind, target_name, target_id }: AuditItem): string | null =>
  target_name ?? target_id ?? target_kind;

/** The entries, one per row. */
export function AuditTable({ items }: { items: readonly AuditItem[] }) {
  const t = useTranslations("audit");
  const nameOf = useEventName();
  return (
    <div className="max-md:hidden">
      <Table>
        <TableHead>
          <tr>
            {COLUMNS.map((column) => (
              <TableHeader key={column} className={cn(column === "address" && "max-lg:hidden")}>
                {t(`columns.${column}`)}
              </TableHeader>
            ))}
          </tr>
        </TableHead>
        <tbody>
          {items.map((item) => (
            <TableRow key={item.id} className="align-top leading-[33px] transition-colors hover:bg-hover">
              <TableCell className="text-foreground-2">
                <Moment at={item.timestamp} />
              </TableCell>
              <TableCell className="max-w-40 truncate font-medium normal-nums">{item.actor ?? t("nobody")}</TableCell>
              <TableCell className={cn("max-w-64 truncate", item.event_type === FAILED && "text-crit-text")}>
                {nameOf(item.event_type)}
              </TableCell>
              <TableCell className="max-w-48 truncate text-foreground-2">{targetOf(item) ?? NO_VALUE}</TableCell>
              <TableCell className="font-mono text-muted-foreground text-xs leading-[33px] max-lg:hidden">
                {item.ip_address ?? NO_VALUE}
              </TableCell>
              <TableCell className="w-full min-w-48 max-w-0 py-1 leading-normal">
                <AuditDetails item={item} />
              </TableCell>
            </TableRow>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

/** The entries on a phone: a card each instead of a wide table. */
export function AuditCards({ items }: { items: readonly AuditItem[] }) {
  const t = useTranslations("audit");
  const nameOf = useEventName();
  return (
    <ul className="md:hidden">
      {items.map((item) => (
        <li key={item.id} className="grid grid-cols-1 gap-0.5 border-b px-3 py-2 last:border-b-0">
          <span className="flex items-baseline justify-between gap-3">
            <span className={cn("min-w-0 truncate font-medium", item.event_type === FAILED && "text-crit-text")}>
              {nameOf(item.event_type)}
            </span>
            <span className="shrink-0 text-muted-foreground text-xs">
              <Moment at={item.timestamp} />
            </span>
          </span>
          <span className="flex flex-wrap gap-x-3 text-foreground-2 text-xs">
            <span>{item.actor ?? t("nobody")}</span>
            {targetOf(item) && <span className="min-w-0 truncate">{targetOf(item)}</span>}
            {item.ip_address && <span className="font-mono text-muted-foreground">{item.ip_address}</span>}
          </span>
          <AuditDetails item={item} />
        </li>
      ))}
    </ul>
  );
}
