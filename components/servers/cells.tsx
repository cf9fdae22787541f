import { useLocale, useTranslations } from "next-intl";
import type { ServerSummary } from "@/lib/fleet/schema";
import { formatNumber, formatPercent, NO_VALUE } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import { Age } from "../age";
import { Bar, LEVEL_TEXT, levelOf } from "../bar";
import { totalConnections } from "./arrange";
import { connectionsPercent } from "./reason";

interface CellProps {
  server: ServerSummary;
  thresholds: Thresholds;
}

/** Old values are grey: the server is not answering, or nobody asks it. */
export const isOld = ({ status }: ServerSummary) => status === "unknown" || status === "paused" || status === "down";

/** In place of a number that only PostgreSQL has. */
export function NoPostgresValue() {
  const t = useTranslations("servers");
  return (
    <span className="text-muted-foreground" title={t("noPostgres")}>
      <span aria-hidden>{NO_VALUE}</span>
      <span className="sr-only">{t("noPostgres")}</span>
    </span>
  );
}

/** In place of a number that is not there. */
export function NoValue({ server }: { server: ServerSummary }) {
  const t = useTranslations();
  return (
    <span className="text-xs text-muted-foreground">
      {server.status === "paused" ? t("servers.pausedValue") : t("common.noData")}
    </span>
  );
}

/** Of a machine without PostgreSQL: how busy its processors are, and with `full` how full its memory. */
function Load({ server, thresholds, full }: CellProps & { full?: boolean }) {
  const t = useTranslations("servers");
  const locale = useLocale();
  const { cpu_percent: cpu, memory_percent: memory } = server;
  if (cpu === null || isOld(server)) return <NoValue server={server} />;
  const marks = thresholds.cpu_percent;
  const shown = { cpu: formatPercent(cpu, locale, 0), memory: formatPercent(memory, locale, 0) };
  return (
    <span className="flex items-center gap-2.5">
      <Bar parts={[cpu]} {...marks} />
      <span className={cn("text-xs text-muted-foreground", !full && "ml-auto", LEVEL_TEXT[levelOf(cpu, marks)])}>
        {t(full ? "load" : "cpu", shown)}
      </span>
    </span>
  );
}

/**
 * Bar of active and idle sessions; `full` spells both out, else the sum is enough. A machine without PostgreSQL shows how
 * busy it is.
 */
export function Connections({ server, thresholds, full }: CellProps & { full?: boolean }) {
  if (!server.has_postgres) return <Load server={server} thresholds={thresholds} full={full ?? false} />;
  return <Sessions server={server} thresholds={thresholds} full={full ?? false} />;
}

function Sessions({ server, thresholds, full }: CellProps & { full: boolean }) {
  const locale = useLocale();
  const percent = connectionsPercent(server);
  const { max_connections: max } = server;
  if (percent === null || max === null) return <NoValue server={server} />;
  const marks = thresholds.db_connections;
  const total = totalConnections(server);
  const active = server.connections.active ?? 0;
  const tone = isOld(server) ? "text-muted-foreground" : LEVEL_TEXT[levelOf(percent, marks)];
  const number = (value: number) => formatNumber(value, locale, 0);
  return (
    <span className="flex items-center gap-2.5">
      <Bar parts={[(100 * active) / max, (100 * (total - active)) / max]} {...marks} stale={isOld(server)} />
      {full ? (
        <span className={cn("text-xs text-muted-foreground", tone)}>
          <span className={cn("font-medium text-foreground", tone)}>{number(active)}</span>
          {` + ${number(total - active)} / ${number(max)}`}
        </span>
      ) : (
        <span className="ml-auto">
          <span className={tone}>{number(total)}</span>
          <span className="text-muted-foreground">{`/${number(max)}`}</span>
        </span>
      )}
    </span>
  );
}

/** How full the file system with the data directory is, or the fullest one of a machine without PostgreSQL. */
export function Disk({ server, thresholds }: CellProps) {
  const locale = useLocale();
  const percent = server.disk_percent;
  if (percent === null) return <NoValue server={server} />;
  const marks = thresholds.disk_percent;
  const level = levelOf(percent, marks);
  return (
    <span className="flex items-center gap-2.5">
      <Bar parts={[percent]} {...marks} stale={isOld(server)} className="w-10" />
      <span
        className={cn(
          "ml-auto",
          isOld(server) ? "text-muted-foreground" : LEVEL_TEXT[level],
          level !== "normal" && "font-medium",
        )}
      >
        {formatPercent(percent, locale, 0)}
      </span>
    </span>
  );
}

/** When the server last answered; coloured where that is too long ago. */
export function LastSuccess({ server, asOf, ago }: { server: ServerSummary; asOf: number; ago?: boolean }) {
  const t = useTranslations("servers");
  const tone = { down: "font-medium text-crit-text", unknown: "font-medium text-warn-text" }[server.status as string];
  if (server.last_success_at === null) return <span className={cn("text-muted-foreground", tone)}>{t("never")}</span>;
  return (
    <Age since={server.last_success_at} asOf={asOf} ago={ago ?? false} className={cn("text-muted-foreground", tone)} />
  );
}
