import { Activity, BatteryLow, CircleDashed, type LucideIcon, Moon, Snowflake } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Verdict } from "@/lib/fleet/analysis-schema";
import { cn } from "@/lib/utils";
import { Badge, type BadgeTone } from "../ui/badge";

interface VerdictLook {
  icon: LucideIcon;
  tone: BadgeTone;
  /** Colour of the icon where it stands alone. */
  color: string;
  /** Fill and line of its tile. */
  tile: string;
  /** As it should be: no fill, no line. */
  quiet?: boolean;
}

/** Each verdict has its own shape, so that it is told without colour. */
export const VERDICT_LOOKS: Readonly<Record<Verdict, VerdictLook>> = {
  inactive: { icon: Moon, tone: "warn", color: "text-warn", tile: "border-warn-line bg-warn-soft" },
  static: { icon: Snowflake, tone: "info", color: "text-info", tile: "border-info-line bg-info-soft" },
  low: { icon: BatteryLow, tone: "idle", color: "text-idle", tile: "border-idle-line bg-idle-soft" },
  active: { icon: Activity, tone: "ok", color: "text-ok", tile: "bg-card", quiet: true },
  insufficient: { icon: CircleDashed, tone: "unknown", color: "text-idle", tile: "border-dashed border-idle" },
};

/** Icon, word and colour of a verdict. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const t = useTranslations("analysis");
  const { icon: Icon, tone, quiet } = VERDICT_LOOKS[verdict];
  return (
    <Badge tone={tone} quiet={quiet} data-verdict={verdict}>
      <Icon aria-hidden />
      {t(`verdict.${verdict}`)}
    </Badge>
  );
}

/** The icon alone, for places where the word stands beside it. */
export function VerdictIcon({ verdict, className }: { verdict: Verdict; className?: string }) {
  const { icon: Icon, color } = VERDICT_LOOKS[verdict];
  return <Icon aria-hidden className={cn("icon-14", color, className)} />;
}
