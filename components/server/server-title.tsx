import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";
import { StatusBadge } from "../status-badge";

interface ServerTitleProps {
  server: ServerSummary;
  /** What the viewer may do with it. */
  children?: ReactNode;
}

const addressOf = (host: string, port: number | null) => (port === null ? host : `${host}:${port}`);

/** Name, status, what the server is, and what can be done with it. */
export function ServerTitle({ server, children }: ServerTitleProps) {
  const t = useTranslations("server");
  const role = server.in_recovery === null ? null : t(server.in_recovery ? "standby" : "primary");
  const version = server.version && t("postgres", { version: server.version });
  const kind = server.has_postgres ? [version, role].filter(Boolean).join(", ") : t("machineAlone");
  const address = server.host === null ? server.ssh_host : addressOf(server.host, server.port);
  return (
    <div className="-mt-1.5 mb-0.5 flex min-h-[30px] flex-wrap items-center gap-x-3 gap-y-1">
      <p className="font-semibold text-lg">{server.name}</p>
      <StatusBadge status={server.status} />
      {children && <div className="ml-auto flex items-center gap-2 md:order-last">{children}</div>}
      {server.status !== "up" && server.message && (
        <p
          className="min-w-0 flex-1 truncate text-foreground-2 text-sm max-md:basis-full max-md:whitespace-normal"
          title={server.message}
        >
          {server.message}
        </p>
      )}
      {kind && <p className="text-foreground-2 text-sm">{kind}</p>}
      {address && <p className="mono truncate text-foreground-2">{address}</p>}
      <ul className="flex flex-wrap gap-1.5">
        {Object.entries(server.labels).map(([label, value]) => (
          <li key={label} className="rounded-sm border bg-muted px-1.5 text-2xs leading-[18px] text-muted-foreground">
            {label}= <span className="font-medium text-foreground">{value}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
