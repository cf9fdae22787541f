import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { cn } from "@/lib/utils";
import { Table, TableHead, TableHeader } from "../ui/table";
import { type ActivityQuery, SORTS, type Sort } from "./address";
import { COLUMN } from "./columns";
import type { OnEnd } from "./ending";
import type { SessionRow as Row } from "./rows";
import { SessionRow } from "./session-row";

interface SessionsTableProps {
  rows: readonly Row[];
  sort: Sort;
  down: boolean;
  change(changes: Partial<ActivityQuery>): void;
  onOpen(row: Row, opener: HTMLElement): void;
  onEnd: OnEnd | null;
}

/** Columns that begin with their largest value. */
const DOWN_FIRST: readonly Sort[] = ["transaction", "query"];

export const SessionsTable = memo(function SessionsTable({ rows, sort, down, change, ...on }: SessionsTableProps) {
  const t = useTranslations("activityLive");
  return (
    <Table aria-label={t("title")} className="table-fixed max-md:block">
      <TableHead className="max-md:hidden">
        <tr>
          {SORTS.map((one) => {
            const sorted = one === sort;
            const next = sorted ? !down : DOWN_FIRST.includes(one);
            const Arrow = down ? ArrowDown : ArrowUp;
            return (
              <TableHeader
                key={one}
                aria-sort={sorted ? (down ? "descending" : "ascending") : undefined}
                className={COLUMN[one]}
              >
                <button
                  type="button"
                  onClick={() => change({ sort: one, down: next })}
                  className={cn("inline-flex items-center gap-1 hover:text-foreground", sorted && "text-foreground")}
                >
                  {sorted && <Arrow aria-hidden className="icon-12" />}
                  {t(`heads.${one}`)}
                </button>
              </TableHeader>
            );
          })}
          {on.onEnd && (
            <TableHeader className={COLUMN.menu}>
              <span className="sr-only">{t("columns.menu")}</span>
            </TableHeader>
          )}
        </tr>
      </TableHead>
      <tbody className="max-md:block">
        {rows.map((row) => (
          <SessionRow key={row.key} row={row} {...on} />
        ))}
      </tbody>
    </Table>
  );
});
