import { useTranslations } from "next-intl";
import { NO_VALUE } from "@/lib/format";
import { Dialog } from "../ui/dialog";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { MarkLines } from "./mark-lines";
import { type ChartMark, within } from "./marks";
import type { Viewer } from "./paint";
import type { Picture } from "./picture";
import { exactTime } from "./time-ticks";

interface ChartTableProps {
  /** With unit and resolution, as in the chart's head. */
  title: string;
  picture: Picture;
  marks: readonly ChartMark[];
  viewer: Viewer;
  format(value: number): string;
  onClose(): void;
}

/** The chart's values as a table, newest first: what a screen reader can read, and what can be copied. */
export function ChartTable({ title, picture, marks, viewer, format, onClose }: ChartTableProps) {
  const t = useTranslations("charts");
  const rows = picture.ts
    .map((time, index) => ({ time, values: picture.lines.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null))
    .reverse();
  const happened = within(marks, picture);
  const withDate = picture.to - picture.from >= 86_400;
  return (
    <Dialog open onOpenChange={onClose} title={title} className="max-w-2xl">
      {rows.length === 0 ? (
        <p className="p-4 text-muted-foreground text-sm">{t("empty")}</p>
      ) : (
        <Table aria-label={title}>
          <TableHead>
            <tr>
              <TableHeader>{t("time")}</TableHeader>
              {picture.lines.map(({ line }) => (
                <TableHeader key={line.key} className="text-right">
                  {line.label}
                </TableHeader>
              ))}
            </tr>
          </TableHead>
          <tbody>
            {rows.map(({ time, values }) => (
              <TableRow key={time} className="h-7">
                <TableCell className="text-foreground-2">{exactTime(time, viewer, withDate)}</TableCell>
                {picture.lines.map(({ line }, index) => {
                  const value = values[index] ?? null;
                  return (
                    <TableCell key={line.key} className="text-right">
                      {value === null ? NO_VALUE : format(value)}
                    </TableCell>
                  );
                })}
              </TableRow>
            ))}
          </tbody>
        </Table>
      )}
      {happened.length > 0 && (
        <section className="border-t p-4">
          <h3 className="font-medium text-sm">{t("marks")}</h3>
          <MarkLines marks={happened} viewer={viewer} withDate={withDate} />
        </section>
      )}
    </Dialog>
  );
}
