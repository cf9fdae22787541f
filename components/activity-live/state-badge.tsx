import {
  CircleDashed,
  CirclePause,
  CirclePlay,
  CircleSlash,
  EyeOff,
  Lock,
  type LucideIcon,
  TriangleAlert,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { Badge, type BadgeTone } from "../ui/badge";
import { waitsForLock } from "./arrange";
import type { SessionRow } from "./rows";

type Look = "blocked" | "active" | "inTransaction" | "aborted" | "idle" | "unseen" | "other";

const LOOKS: Readonly<Record<Look, { icon: LucideIcon; tone: BadgeTone; quiet?: boolean; className?: string }>> = {
  blocked: { icon: Lock, tone: "crit" },
  active: { icon: CirclePlay, tone: "ok", quiet: true },
  inTransaction: { icon: CirclePause, tone: "warn" },
  aborted: { icon: TriangleAlert, tone: "warn" },
  idle: { icon: CircleDashed, tone: "idle", quiet: true },
  unseen: { icon: EyeOff, tone: "idle", quiet: true },
  other: { icon: CircleSlash, tone: "idle", quiet: true },
};

const BY_STATE: Readonly<Record<string, Look>> = {
  active: "active",
  idle: "idle",
  "idle in transaction": "inTransaction",
  "idle in transaction (aborted)": "aborted",
};

function lookOf(session: SessionRow): Look {
  if (waitsForLock(session)) return "blocked";
  if (session.state !== null) return BY_STATE[session.state] ?? "other";
  return session.backend_type === null ? "unseen" : "other";
}

/** What a session does: icon, word and colour. */
export function StateBadge({ session }: { session: SessionRow }) {
  const t = useTranslations("activityLive");
  const look = lookOf(session);
  const { icon: Icon, tone, quiet } = LOOKS[look];
  const text = look === "other" ? (session.state ?? session.backend_type ?? "") : t(`states.${look}`);
  return (
    <Badge tone={tone} quiet={quiet} className="min-w-0 max-w-full" title={session.state ?? undefined}>
      <Icon aria-hidden />
      <span className="truncate">{text}</span>
    </Badge>
  );
}
