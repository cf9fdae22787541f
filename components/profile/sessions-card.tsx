import { Monitor, SquareTerminal } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { OwnSession } from "@/lib/users/own-sessions";
import { Age } from "../age";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { describeAgent } from "./agent";
import { ConfirmDialog } from "./confirm-dialog";
import type { ProfileActions } from "./profile-actions";

interface SessionsCardProps {
  sessions: readonly OwnSession[];
  actions: Pick<ProfileActions, "endSession" | "endOthers">;
  asOf: number;
  onChanged(): void;
}

/** Where the viewer is signed in, last used first. */
export function SessionsCard({ sessions, actions, asOf, onChanged }: SessionsCardProps) {
  const t = useTranslations("profile.sessions");
  const name = useSessionName();
  const [ending, setEnding] = useState<OwnSession | "others" | null>(null);
  const others = sessions.filter(({ current }) => !current).length;
  const close = { onDone: onChanged, onClose: () => setEnding(null) };
  return (
    <Card>
      <CardHead
        title={t("title")}
        meta={t("count", { count: sessions.length })}
        actions={
          others > 0 && (
            <Button size="sm" onClick={() => setEnding("others")}>
              {t("endOthers")}
            </Button>
          )
        }
      />
      <ul>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} asOf={asOf} onEnd={() => setEnding(session)} />
        ))}
      </ul>
      {ending === "others" && (
        <ConfirmDialog
          title={t("endOthers")}
          text={t("endOthersText", { count: others })}
          submit={t("endOthers")}
          done={({ ended_sessions }) => t("ended", { count: ended_sessions })}
          run={actions.endOthers}
          {...close}
        />
      )}
      {ending !== null && ending !== "others" && (
        <ConfirmDialog
          title={t("endTitle")}
          text={t("endText", { name: name(ending), address: ending.ip ?? t("noAddress") })}
          submit={t("end")}
          done={() => t("ended", { count: 1 })}
          run={() => actions.endSession({ id: ending.id })}
          {...close}
        />
      )}
    </Card>
  );
}

function useSessionName(): (session: OwnSession) => string {
  const t = useTranslations("profile.sessions");
  return ({ user_agent }) => {
    const agent = describeAgent(user_agent);
    if (!agent) return t("unknownClient");
    return agent.system ? t("client", { client: agent.client, system: agent.system }) : agent.client;
  };
}

function SessionRow({ session, asOf, onEnd }: { session: OwnSession; asOf: number; onEnd(): void }) {
  const t = useTranslations("profile.sessions");
  const name = useSessionName()(session);
  const Icon = session.kind === "browser" ? Monitor : SquareTerminal;
  return (
    <li className="flex min-h-[46px] items-center gap-2.5 border-b px-3 py-1.5 last:border-b-0">
      <Icon aria-label={t(session.kind)} role="img" className="icon-16 shrink-0 text-muted-foreground" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-medium text-sm" title={session.user_agent ?? undefined}>
          {name}
          {session.current && <Badge tone="info">{t("current")}</Badge>}
        </p>
        <p className="flex flex-wrap gap-x-2 text-muted-foreground text-xs">
          <span className="mono">{session.ip ?? t("noAddress")}</span>
          <span>
            {t("used")} <Age since={session.last_seen_at} asOf={asOf} ago />
          </span>
          <span>
            {t("since")} <Age since={session.created_at} asOf={asOf} ago />
          </span>
        </p>
      </div>
      {!session.current && (
        <Button size="sm" aria-label={t("endOne", { name })} onClick={onEnd}>
          {t("end")}
        </Button>
      )}
    </li>
  );
}
