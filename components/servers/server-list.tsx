import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Thresholds } from "@/lib/health/schema";
import { StatusBadge } from "../status-badge";
import { LastSuccess } from "./cells";
import { reasonOf } from "./reason";

interface ServerListProps {
  servers: readonly ServerSummary[];
  thresholds: Thresholds;
  asOf: number;
}

/** The servers on a phone: two lines each instead of a wide table. */
export function ServerList({ servers, thresholds, asOf }: ServerListProps) {
  const t = useTranslations();
  return (
    <ul className="md:hidden">
      {servers.map((server) => {
        const reason = reasonOf(server, thresholds);
        return (
          <li key={server.id} className="border-b last:border-b-0">
            <Link href={serverHref(server)} prefetch={false} className="grid grid-cols-1 gap-1 px-3 py-2">
              <span className="flex items-center justify-between gap-2">
                <span className="min-w-0 truncate font-medium normal-nums" title={server.name}>
                  {server.name}
                </span>
                <StatusBadge status={server.status} />
              </span>
              <span className="flex items-baseline justify-between gap-3 text-xs text-muted-foreground">
                <span className="truncate normal-nums">
                  {reason
                    ? t(`reasons.text.${reason}`)
                    : [server.has_postgres ? server.version : t("servers.machine"), server.host ?? server.ssh_host]
                        .filter(Boolean)
                        .join(", ")}
                </span>
                <span className="shrink-0">
                  <LastSuccess server={server} asOf={asOf} ago />
                </span>
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

export function serverHref({ name }: Pick<ServerSummary, "name">): string {
  return `/servers/${encodeURIComponent(name)}`;
}
