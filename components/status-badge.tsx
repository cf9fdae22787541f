import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  type LucideIcon,
  OctagonAlert,
  OctagonX,
  TriangleAlert,
} from "lucide-react";
import { useTranslations } from "next-intl";
import type { ServerStatus } from "@/lib/fleet/schema";
import type { HealthStatus } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import { Badge, type BadgeTone } from "./ui/badge";

export type Status = ServerStatus | HealthStatus;

interface StatusLook {
  icon: LucideIcon;
  tone: BadgeTone;
  /** Text colour of the icon where it stands alone. */
  color: string;
  /** Healthy is quiet: no fill, no line. */
  quiet?: boolean;
}

/** Each status has its own shape, so that it is told without colour. */
export const STATUS_LOOKS: Readonly<Record<Status, StatusLook>> = {
  up: { icon: CircleCheck, tone: "ok", color: "text-ok", quiet: true },
  healthy: { icon: CircleCheck, tone: "ok", color: "text-ok", quiet: true },
  degraded: { icon: TriangleAlert, tone: "warn", color: "text-warn" },
  warning: { icon: TriangleAlert, tone: "warn", color: "text-warn" },
  down: { icon: OctagonX, tone: "crit", color: "text-crit" },
  critical: { icon: OctagonAlert, tone: "crit", color: "text-crit" },
  unknown: { icon: CircleDashed, tone: "unknown", color: "text-idle" },
  paused: { icon: CirclePause, tone: "idle", color: "text-idle" },
};

/** Icon, text and colour of a server's or a metric's status. */
export function StatusBadge({ status, className }: { status: Status; className?: string }) {
  const t = useTranslations("status");
  const { icon: Icon, tone, quiet } = STATUS_LOOKS[status];
  return (
    <Badge tone={tone} quiet={quiet} data-status={status} className={className}>
      <Icon aria-hidden />
      {t(status)}
    </Badge>
  );
}

/** The icon alone, for places where the word stands beside it. */
export function StatusIcon({ status, className }: { status: Status; className?: string }) {
  const { icon: Icon, color } = STATUS_LOOKS[status];
  return <Icon aria-hidden className={cn("icon-14", color, className)} />;
}
