import { CirclePause, Database, OctagonAlert, UserLock } from "lucide-react";
import { useTranslations } from "next-intl";
import type { LiveSessions } from "@/lib/fleet/sessions-schema";
import { REASONS } from "../servers/reason";
import { Card } from "../ui/card";
import { Empty } from "../ui/empty";
import type { Failure, Feed } from "./feed";
import { Notice } from "./notice";

type Trouble = NonNullable<LiveSessions["trouble"]>;

/** The reason in the reader's language, as far as it has words for it. */
function useReason(): (trouble: Trouble) => string {
  const t = useTranslations("reasons.text");
  return ({ code, message }) => {
    const known = REASONS.find((reason) => reason === code);
    return known ? `${t(known)} (${message})` : message;
  };
}

/** Above what shows: why nothing newer comes, or what of it Dozor's role may not see. */
export function Troubles({ feed: { answer, failure }, stale }: { feed: Feed; stale: boolean }) {
  const t = useTranslations("activityLive.trouble");
  const reason = useReason();
  if (failure !== null && failure !== "failed") return <Notice tone="warn">{t(failure)}</Notice>;
  const trouble = answer?.trouble ?? null;
  if (stale && failure) return <Notice tone="warn">{t("failed")}</Notice>;
  if (stale) return <Notice tone="warn">{trouble ? reason(trouble) : t("late")}</Notice>;
  if (!trouble) return null;
  if (trouble.code !== "permission") return <Notice tone="warn">{reason(trouble)}</Notice>;
  return (
    <Notice tone="info">
      <p>{t("limited")}</p>
      <p className="text-xs">{trouble.message}</p>
    </Notice>
  );
}

interface NoSessionsProps {
  failure: Failure | null;
  trouble: Trouble | null;
}

/** In place of everything, while nothing is known. */
export function NoSessions({ failure, trouble }: NoSessionsProps) {
  const t = useTranslations("activityLive.trouble");
  const reason = useReason();
  if (failure === "refused") return <Only icon={UserLock} title={t("refusedTitle")} text={t("refused")} />;
  if (failure === "none") return <Only icon={Database} title={t("noneTitle")} text={t("none")} />;
  if (failure !== null) {
    return <Only icon={OctagonAlert} title={t("failedTitle")} text={t(failure === "gone" ? "gone" : "failed")} />;
  }
  if (trouble?.code === "paused") return <Only icon={CirclePause} title={t("pausedTitle")} text={t("paused")} />;
  return <Only icon={OctagonAlert} title={t("failedTitle")} text={trouble ? reason(trouble) : t("failed")} />;
}

function Only(props: Parameters<typeof Empty>[0]) {
  return (
    <Card role="status">
      <Empty {...props} />
    </Card>
  );
}
