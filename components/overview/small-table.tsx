import type { ReactNode } from "react";
import { cn } from "@/lib/utils";
import { Card, CardHead } from "../ui/card";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";

export interface SmallColumn {
  label: string;
  /** Its width, as a class. */
  width?: string;
  /** How its cells look. */
  className?: string;
  /** Numbers stand at the right. */
  numeric?: boolean;
}

interface SmallTableProps {
  title: string;
  meta: string;
  /** Shown when there are no rows. */
  none: string;
  /** The first column takes what the others leave. */
  columns: readonly SmallColumn[];
  /** The first cell is the row's name. */
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}

/** A card with a few rows. */
export function SmallTable({ title, meta, none, columns, rows }: SmallTableProps) {
  return (
    <Card>
      <CardHead title={title} meta={meta} />
      {rows.length === 0 ? (
        <p className="p-3 text-sm text-muted-foreground">{none}</p>
      ) : (
        <Table aria-label={title} className="table-fixed">
          <TableHead>
            <tr>
              {columns.map(({ label, width, numeric }) => (
                <TableHeader key={label} className={cn("truncate", width, numeric && "text-right")}>
                  {label}
                </TableHeader>
              ))}
            </tr>
          </TableHead>
          <tbody>
            {rows.map(({ key, cells }) => (
              <TableRow key={key}>
                {columns.map(({ label, className, numeric }, index) => (
                  <TableCell
                    key={label}
                    className={cn("truncate", numeric && "text-right", className)}
                    title={index === 0 ? key : undefined}
                  >
                    {cells[index]}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
