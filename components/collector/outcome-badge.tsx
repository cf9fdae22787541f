import { CircleCheck, CircleDashed, CircleSlash, type LucideIcon, OctagonX } from "lucide-react";
import { useTranslations } from "next-intl";
import { Badge, type BadgeTone } from "../ui/badge";
import type { ShownOutcome } from "./collector-query";

const LOOKS: Readonly<Record<ShownOutcome, { icon: LucideIcon; tone: BadgeTone; quiet?: boolean }>> = {
  ok: { icon: CircleCheck, tone: "ok", quiet: true },
  nothing: { icon: CircleSlash, tone: "idle", quiet: true },
  failed: { icon: OctagonX, tone: "crit" },
  never: { icon: CircleDashed, tone: "unknown" },
};

/** Icon, text and colour of what became of a run. */
export function OutcomeBadge({ outcome }: { outcome: ShownOutcome }) {
  const t = useTranslations("collector.outcomes");
  const { icon: Icon, tone, quiet } = LOOKS[outcome];
  return (
    <Badge tone={tone} quiet={quiet}>
      <Icon aria-hidden />
      {t(outcome)}
    </Badge>
  );
}
