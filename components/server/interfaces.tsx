"use client";
import { CircleCheck, CircleStop, Network } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber, formatRate, NO_VALUE } from "@/lib/format";
import { Card, CardHead } from "../ui/card";
import { Empty } from "../ui/empty";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { type NetworkInterface, networkInterfaces, type Probes } from "./newest";
import { useLatest } from "./use-latest";

/** What goes through each network interface right now. */
export function Interfaces({ server, initial, className }: { server: string; initial: Probes; className?: string }) {
  const t = useTranslations("server");
  const list = networkInterfaces(useLatest(server, initial));
  return (
    <Card className={className}>
      <CardHead title={t("interfaces")} meta={t("interfacesMeta")} />
      {list.length === 0 ? (
        <Empty icon={Network} title={t("noInterfaces")} text={t("soon")} />
      ) : (
        <Table>
          <TableHead>
            <tr>
              <TableHeader>{t("interface")}</TableHeader>
              <TableHeader className="text-right">{t("received")}</TableHeader>
              <TableHeader className="text-right">{t("sent")}</TableHeader>
              <TableHeader className="text-right">{t("errors")}</TableHeader>
            </tr>
          </TableHead>
          <tbody>
            {list.map((one) => (
              <InterfaceRow key={one.name} one={one} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

function InterfaceRow({ one }: { one: NetworkInterface }) {
  const t = useTranslations("server");
  const locale = useLocale();
  const rate = (value: number | null) => formatRate(value, locale, "bytes");
  const Icon = one.up === false ? CircleStop : CircleCheck;
  return (
    <TableRow>
      <TableCell className="mono">
        <span className="flex items-center gap-1.5">
          {one.up !== null && (
            <>
              <Icon aria-hidden className={one.up ? "icon-12 text-ok" : "icon-12 text-idle"} />
              <span className="sr-only">{t(one.up ? "linkUp" : "linkDown")}</span>
            </>
          )}
          {one.name}
        </span>
      </TableCell>
      <TableCell className="text-right">{rate(one.receivedPerSecond)}</TableCell>
      <TableCell className="text-right">{rate(one.sentPerSecond)}</TableCell>
      <TableCell className="text-right text-foreground-2">
        {one.errors === null ? NO_VALUE : formatNumber(one.errors, locale, 0)}
      </TableCell>
    </TableRow>
  );
}
