import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatNumber } from "@/lib/format";
import { Card, CardHead } from "../ui/card";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";

export interface DatabaseFacts {
  name: string;
  sizeBytes: number | null;
  transactionsPerSec: number | null;
  cacheHitPercent: number | null;
}

interface DatabasesCardProps {
  /** The largest first. */
  databases: readonly DatabaseFacts[];
  /** The server that holds them. */
  server: string;
}

/** The databases of this machine's PostgreSQL. */
export function DatabasesCard({ databases, server }: DatabasesCardProps) {
  const t = useTranslations("overview.databases");
  const locale = useLocale();
  return (
    <Card>
      <CardHead title={t("title")} meta={t("meta", { server })} />
      {databases.length === 0 ? (
        <p className="p-3 text-sm text-muted-foreground">{t("none")}</p>
      ) : (
        <Table aria-label={t("title")}>
          <TableHead>
            <tr>
              <TableHeader>{t("name")}</TableHeader>
              <TableHeader className="w-16 text-right">{t("tps")}</TableHeader>
              <TableHeader className="w-24 text-right">{t("hits")}</TableHeader>
              <TableHeader className="w-24 text-right">{t("size")}</TableHeader>
            </tr>
          </TableHead>
          <tbody>
            {databases.map(({ name, sizeBytes, transactionsPerSec, cacheHitPercent }) => (
              <TableRow key={name}>
                <TableCell className="max-w-0 truncate font-medium" title={name}>
                  {name}
                </TableCell>
                <TableCell className="text-right">{formatNumber(transactionsPerSec, locale)}</TableCell>
                <TableCell className="text-right">{formatNumber(cacheHitPercent, locale, 1)}</TableCell>
                <TableCell className="text-right">{formatBytes(sizeBytes, locale)}</TableCell>
              </TableRow>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
