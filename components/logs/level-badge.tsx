import { Info, type LucideIcon, OctagonAlert, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { LogLevel } from "@/lib/syslog/schema";
import { Badge, type BadgeTone } from "../ui/badge";

const LOOKS: Readonly<Record<LogLevel, { icon: LucideIcon; tone: BadgeTone }>> = {
  error: { icon: OctagonAlert, tone: "crit" },
  warning: { icon: TriangleAlert, tone: "warn" },
  info: { icon: Info, tone: "idle" },
};

/** Icon, text and colour of a level; what is only information is quiet. */
export function LevelBadge({ level }: { level: LogLevel }) {
  const t = useTranslations("logs.levels");
  const { icon: Icon, tone } = LOOKS[level];
  return (
    <Badge tone={tone} quiet={level === "info"}>
      <Icon aria-hidden />
      {t(level)}
    </Badge>
  );
}
