import { useLocale, useTranslations } from "next-intl";
import { SERVER_STATUSES, type ServerStatus, type ServerSummary } from "@/lib/fleet/schema";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { StatusIcon } from "../status-badge";
import type { Counts } from "./overall";

const CELLS: Record<ServerStatus, string> = {
  down: "bg-crit",
  degraded: "bg-warn",
  unknown: "border border-dashed border-idle",
  paused: "hatch border border-idle-line",
  up: "bg-ok opacity-50",
};

/** One cell per server, the worst first, and how many there are of each. */
export function FleetStrip({ servers, counts }: { servers: readonly ServerSummary[]; counts: Counts }) {
  const t = useTranslations();
  const locale = useLocale();
  const shown = SERVER_STATUSES.filter((status) => counts[status] > 0);
  return (
    <div className="flex items-center gap-4 border-b px-3 py-2.5 max-md:flex-col max-md:items-stretch max-md:gap-2.5">
      <div aria-hidden className="flex min-w-0 flex-1 gap-0.5">
        {servers.map(({ id, name, status }) => (
          <span
            key={id}
            title={`${name}: ${t(`status.${status}`)}`}
            className={cn("h-3.5 min-w-0.5 max-w-3.5 flex-1 rounded-[2px] max-md:max-w-6", CELLS[status])}
          />
        ))}
      </div>
      <ul className="flex shrink-0 items-center gap-4 text-xs max-md:flex-wrap max-md:justify-between max-md:gap-2">
        {shown.map((status) => (
          <li
            key={status}
            className={cn("flex items-center gap-1.5", shown.length > 2 && "max-md:flex-col max-md:gap-0.5")}
          >
            <span className="flex items-center gap-1.5 font-medium">
              <StatusIcon status={status} />
              {formatNumber(counts[status], locale, 0)}
            </span>
            <span className="text-muted-foreground">{t(`status.${status}`)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
