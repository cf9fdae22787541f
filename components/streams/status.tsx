import { CirclePlay, CircleStop, Disc3, type LucideIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ChannelStatus } from "@/lib/streams/schema";
import { STATUS_LOOKS } from "../status-badge";
import { Badge, type BadgeTone } from "../ui/badge";

const LOOKS: Readonly<Record<ChannelStatus, { icon: LucideIcon; tone: BadgeTone; quiet?: boolean }>> = {
  playing: { icon: CirclePlay, tone: "ok", quiet: true },
  placeholder: { icon: Disc3, tone: "info" },
  paused: STATUS_LOOKS.paused,
  stopped: { icon: CircleStop, tone: "idle" },
  unknown: STATUS_LOOKS.unknown,
};

/** Icon, text and colour of a channel's status. */
export function ChannelBadge({ status, className }: { status: ChannelStatus; className?: string }) {
  const t = useTranslations("streams.status");
  const { icon: Icon, tone, quiet } = LOOKS[status];
  return (
    <Badge tone={tone} quiet={quiet} data-status={status} className={className}>
      <Icon aria-hidden />
      {t(status)}
    </Badge>
  );
}
