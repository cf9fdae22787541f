"use client";
import { Cog } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { formatBytes, formatPercent, formatRate, NO_VALUE } from "@/lib/format";
import { Card, CardHead } from "../ui/card";
import { Empty } from "../ui/empty";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { useReason } from "../use-reason";
import { type Probes, unavailableReason } from "./newest";
import { isIoHidden, ORDERS, type ProcessNow, type ProcessOrder, processCount, processesNow } from "./processes-now";
import { useLatest } from "./use-latest";

interface ProcessesProps {
  server: string;
  initial: Probes;
  className?: string;
}

/** The processes that use most of the machine right now. */
export function Processes({ server, initial, className }: ProcessesProps) {
  const t = useTranslations("server");
  const latest = useLatest(server, initial);
  const [order, setOrder] = useState<ProcessOrder>("cpu");
  const list = processesNow(latest, order);
  const count = processCount(latest);
  const inWords = useReason();
  const reason = unavailableReason(latest, "processes", order === "cpu" ? "cpu_percent" : "rss_bytes");
  const actions = (
    <Segmented aria-label={t("processesBy")}>
      {ORDERS.map((one) => (
        <SegmentedItem key={one} active={one === order} onClick={() => setOrder(one)}>
          {t(one)}
        </SegmentedItem>
      ))}
    </Segmented>
  );
  return (
    <Card className={className}>
      <CardHead
        title={t("processes")}
        meta={count === null ? t("processesMeta") : t("processesOf", { count })}
        actions={actions}
      />
      {list.length === 0 ? (
        <Empty icon={Cog} title={t("noProcesses")} text={reason === undefined ? t("soon") : inWords(reason)} />
      ) : (
        <ProcessTable list={list} />
      )}
      {list.length > 0 && isIoHidden(latest) && (
        <p className="border-t px-3 py-2 text-xs text-muted-foreground">{t("ioHidden")}</p>
      )}
    </Card>
  );
}

function ProcessTable({ list }: { list: readonly ProcessNow[] }) {
  const t = useTranslations("server");
  return (
    <Table reachable aria-label={t("processes")}>
      <TableHead>
        <tr>
          <TableHeader>{t("command")}</TableHeader>
          <TableHeader className="max-md:hidden">{t("processUser")}</TableHeader>
          <TableHeader className="text-right max-md:hidden">{t("pid")}</TableHeader>
          <TableHeader className="text-right">{t("cpuOfCore")}</TableHeader>
          <TableHeader className="text-right">{t("memory")}</TableHeader>
          <TableHeader className="text-right max-md:hidden">{t("processRead")}</TableHeader>
          <TableHeader className="text-right max-md:hidden">{t("processWritten")}</TableHeader>
        </tr>
      </TableHead>
      <tbody>
        {list.map((one) => (
          <ProcessRow key={one.pid} one={one} />
        ))}
      </tbody>
    </Table>
  );
}

function ProcessRow({ one }: { one: ProcessNow }) {
  const locale = useLocale();
  const rate = (value: number | null) => formatRate(value, locale, "bytes");
  return (
    <TableRow>
      <TableCell className="mono max-w-56 truncate" title={one.command}>
        {one.command || NO_VALUE}
      </TableCell>
      <TableCell className="max-w-40 truncate text-foreground-2 max-md:hidden">{one.user ?? NO_VALUE}</TableCell>
      <TableCell className="text-right text-foreground-2 max-md:hidden">{one.pid}</TableCell>
      <TableCell className="text-right font-medium">{formatPercent(one.cpuPercent, locale)}</TableCell>
      <TableCell className="text-right">{formatBytes(one.rssBytes, locale)}</TableCell>
      <TableCell className="text-right text-foreground-2 max-md:hidden">{rate(one.readPerSecond)}</TableCell>
      <TableCell className="text-right text-foreground-2 max-md:hidden">{rate(one.writePerSecond)}</TableCell>
    </TableRow>
  );
}
