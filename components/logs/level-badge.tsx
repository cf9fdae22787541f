import { Info, type LucideIcon, OctagonAlert, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { LogLevel } from "@/lib/syslog/schema";
import { Badge, type BadgeTone } from "../ui/badge";

const LOOKS: Readonly<Record<LogLevel, { icon: LucideIcon; tone: BadgeTone }>> = {
  error: { icon: OctagonAlert, tone: "crit" },
  warning: { icon: TriangleAlert, tone: "warn" },
  info: { icon: Info, tone: "idle" },
};

/** Icon, text and colour of a level; what is only information is quiet, and so is a level of which there is nothing. */
export function LevelBadge({ level, none = false }: { level: LogLevel; none?: boolean }) {
  const t = useTranslations("logs.levels");
  const { icon: Icon, tone } = LOOKS[level];
  return (
    <Badge tone={none ? "idle" : tone} quiet={none || level === "info"}>
      <Icon aria-hidden />
      {t(level)}
    </Badge>
  );
}
