import { CircleCheck, CircleX, Clock, Lock, type LucideIcon, ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import type { User, UserStatus } from "@/lib/users/schema";
import { Badge, type BadgeTone } from "../ui/badge";

interface Look {
  icon: LucideIcon;
  tone: BadgeTone;
  quiet?: boolean;
}

/** Whoever waits for a decision stands out; active is quiet. */
export const USER_LOOKS: Readonly<Record<UserStatus, Look>> = {
  pending: { icon: Clock, tone: "warn" },
  active: { icon: CircleCheck, tone: "ok", quiet: true },
  blocked: { icon: Lock, tone: "crit" },
  rejected: { icon: CircleX, tone: "idle" },
};

/** Icon, text and colour of an account's status; with the reason of a rejection as its title. */
export function UserStatusBadge({ user }: { user: Pick<User, "status" | "rejection_reason"> }) {
  const t = useTranslations("users.status");
  const { icon: Icon, tone, quiet } = USER_LOOKS[user.status];
  return (
    <Badge tone={tone} quiet={quiet} data-status={user.status} title={user.rejection_reason ?? undefined}>
      <Icon aria-hidden />
      {t(user.status)}
    </Badge>
  );
}

/** Whether signing in takes a code as well. */
export function SecondFactor({ on }: { on: boolean }) {
  const t = useTranslations("users");
  if (!on) return <span className="text-muted-foreground">{t("secondFactorOff")}</span>;
  return (
    <span className="inline-flex items-center gap-1">
      <ShieldCheck aria-hidden className="icon-14 text-ok" />
      {t("secondFactorOn")}
    </span>
  );
}
