"use client";
import { OctagonAlert, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatDuration, NO_VALUE } from "@/lib/format";
import { Badge } from "../ui/badge";
import { Card, CardHead } from "../ui/card";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { SPAN } from "./chart-grid";
import type { Probes } from "./newest";
import { type Follower, replicationOf, type Slot } from "./replication";
import { useLatest } from "./use-latest";

/** Who follows this server, and what its slots keep. */
export function ReplicationTables({ server, initial }: { server: string; initial: Probes }) {
  const t = useTranslations("server");
  const { followers, slots } = replicationOf(useLatest(server, initial));
  return (
    <>
      <Card className={SPAN.full}>
        <CardHead title={t("followers")} meta={t("furthestFirst")} />
        {followers.length === 0 ? (
          <p className="px-3 py-4 text-muted-foreground text-sm">{t("noFollowers")}</p>
        ) : (
          <FollowersTable followers={followers} />
        )}
      </Card>
      <Card className={SPAN.full}>
        <CardHead title={t("slots")} meta={t("mostFirst")} />
        {slots.length === 0 ? (
          <p className="px-3 py-4 text-muted-foreground text-sm">{t("noSlots")}</p>
        ) : (
          <SlotsTable slots={slots} />
        )}
      </Card>
    </>
  );
}

function FollowersTable({ followers }: { followers: readonly Follower[] }) {
  const t = useTranslations("server");
  const locale = useLocale();
  return (
    <Table aria-label={t("followers")} reachable>
      <TableHead>
        <tr>
          <TableHeader>{t("follower")}</TableHeader>
          <TableHeader className="max-md:hidden">{t("client")}</TableHeader>
          <TableHeader>{t("state")}</TableHeader>
          <TableHeader className="max-md:hidden">{t("syncState")}</TableHeader>
          <TableHeader className="text-right max-md:hidden">{t("notSent")}</TableHeader>
          <TableHeader className="text-right">{t("notReplayed")}</TableHeader>
          <TableHeader className="text-right">{t("replayLag")}</TableHeader>
        </tr>
      </TableHead>
      <tbody>
        {followers.map((one) => (
          <TableRow key={`${one.application} ${one.client}`}>
            <TableCell className="max-w-56 truncate font-medium">{one.application}</TableCell>
            <TableCell className="mono text-foreground-2 max-md:hidden">{one.client ?? t("local")}</TableCell>
            <TableCell>{one.state ?? NO_VALUE}</TableCell>
            <TableCell className="text-foreground-2 max-md:hidden">{one.syncState ?? NO_VALUE}</TableCell>
            <TableCell className="text-right text-foreground-2 max-md:hidden">
              {formatBytes(one.sentLagBytes, locale)}
            </TableCell>
            <TableCell className="text-right">{formatBytes(one.replayLagBytes, locale)}</TableCell>
            <TableCell className="text-right">{formatDuration(one.replayLagSeconds, locale)}</TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}

function SlotsTable({ slots }: { slots: readonly Slot[] }) {
  const t = useTranslations("server");
  const locale = useLocale();
  return (
    <Table aria-label={t("slots")} reachable>
      <TableHead>
        <tr>
          <TableHeader>{t("slot")}</TableHeader>
          <TableHeader className="max-md:hidden">{t("slotType")}</TableHeader>
          <TableHeader>{t("state")}</TableHeader>
          <TableHeader className="text-right max-md:hidden">{t("unreadFor")}</TableHeader>
          <TableHeader className="text-right">{t("retained")}</TableHeader>
          <TableHeader className="text-right max-md:hidden">{t("safeStill")}</TableHeader>
        </tr>
      </TableHead>
      <tbody>
        {slots.map((one) => (
          <TableRow key={one.name}>
            <TableCell className="max-w-56 truncate font-medium">{one.name}</TableCell>
            <TableCell className="text-foreground-2 max-md:hidden">
              {[one.type, one.database].filter(Boolean).join(", ") || NO_VALUE}
            </TableCell>
            <TableCell>
              <SlotState slot={one} />
            </TableCell>
            <TableCell className="text-right text-foreground-2 max-md:hidden">
              {one.active ? NO_VALUE : formatDuration(one.inactiveSeconds, locale)}
            </TableCell>
            <TableCell className="text-right">{formatBytes(one.retainedBytes, locale)}</TableCell>
            <TableCell className="text-right text-foreground-2 max-md:hidden">
              {one.safeBytes === null ? t("noLimit") : formatBytes(one.safeBytes, locale)}
            </TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}

/** Lost is the end of a slot; unreserved and unread are on the way there. */
function SlotState({ slot: { active, walStatus, invalidation } }: { slot: Slot }) {
  const t = useTranslations("server");
  if (walStatus === "lost" || invalidation !== null)
    return (
      <Badge tone="crit">
        <OctagonAlert aria-hidden />
        {t("slotLost", { reason: invalidation ?? "wal_removed" })}
      </Badge>
    );
  if (walStatus === "unreserved" || active === false)
    return (
      <Badge tone="warn">
        <TriangleAlert aria-hidden />
        {t(walStatus === "unreserved" ? "slotUnreserved" : "slotUnread")}
      </Badge>
    );
  return <span>{active ? t("slotRead") : NO_VALUE}</span>;
}
