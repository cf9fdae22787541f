"use client";
import { Database as DatabaseIcon } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatNumber, formatPercent, formatRate, NO_VALUE } from "@/lib/format";
import { Bar } from "../bar";
import { Card, CardHead } from "../ui/card";
import { Empty } from "../ui/empty";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { databaseHref } from "./database-href";
import { OTHERS } from "./leading";
import { type Database, databases, type Probes } from "./newest";
import { useLatest } from "./use-latest";

/** Each database right now, the largest first. */
export function DatabasesTable({
  server,
  initial,
  className,
}: {
  server: string;
  initial: Probes;
  className?: string;
}) {
  const t = useTranslations("server");
  const list = databases(useLatest(server, initial));
  const largest = Math.max(1, ...list.map(({ sizeBytes }) => sizeBytes ?? 0));
  return (
    <Card className={className}>
      <CardHead title={t("databases")} meta={t("databasesMeta")} />
      {list.length === 0 ? (
        <Empty icon={DatabaseIcon} title={t("noDatabases")} text={t("soon")} />
      ) : (
        <Table>
          <TableHead>
            <tr>
              <TableHeader>{t("database")}</TableHeader>
              <TableHeader>{t("size")}</TableHeader>
              <TableHeader className="text-right">{t("connections")}</TableHeader>
              <TableHeader className="text-right">{t("transactions")}</TableHeader>
              <TableHeader className="text-right max-md:hidden">{t("hitRatio")}</TableHeader>
              <TableHeader className="text-right max-md:hidden">{t("temporary")}</TableHeader>
              <TableHeader className="text-right max-md:hidden">{t("deadlocks")}</TableHeader>
            </tr>
          </TableHead>
          <tbody>
            {list.map((one) => (
              <DatabaseRow key={one.name} server={server} one={one} largest={largest} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

function DatabaseRow({ server, one, largest }: { server: string; one: Database; largest: number }) {
  const locale = useLocale();
  return (
    <TableRow>
      <TableCell className="max-w-56 truncate font-medium" title={one.name}>
        {one.name === OTHERS ? (
          one.name
        ) : (
          <Link href={databaseHref(server, one.name)} prefetch={false} className="hover:underline">
            {one.name}
          </Link>
        )}
      </TableCell>
      <TableCell>
        {one.sizeBytes === null ? (
          NO_VALUE
        ) : (
          <span className="flex items-center gap-2">
            <Bar parts={[(one.sizeBytes / largest) * 100]} className="w-28 max-md:hidden" />
            {formatBytes(one.sizeBytes, locale)}
          </span>
        )}
      </TableCell>
      <TableCell className="text-right">{formatNumber(one.connections, locale, 0)}</TableCell>
      <TableCell className="text-right">{formatRate(one.transactionsPerSecond, locale)}</TableCell>
      <TableCell className="text-right max-md:hidden">{formatPercent(one.hitPercent, locale)}</TableCell>
      <TableCell className="text-right text-foreground-2 max-md:hidden">
        {formatRate(one.temporaryBytesPerSecond, locale, "bytes")}
      </TableCell>
      <TableCell className="text-right text-foreground-2 max-md:hidden">
        {formatNumber(one.deadlocks, locale, 0)}
      </TableCell>
    </TableRow>
  );
}
