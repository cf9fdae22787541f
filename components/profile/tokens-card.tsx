import { KeyRound, Plus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { formatTime } from "@/lib/format";
import type { Role } from "@/lib/users/permissions";
import type { OwnToken } from "@/lib/users/profile-schema";
import { Age } from "../age";
import { useTimeZone } from "../clock";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { Empty } from "../ui/empty";
import { ConfirmDialog } from "./confirm-dialog";
import type { ProfileActions } from "./profile-actions";
import { TokenDialog } from "./token-dialog";

interface TokensCardProps {
  tokens: readonly OwnToken[];
  role: Role;
  actions: Pick<ProfileActions, "createToken" | "revokeToken">;
  asOf: number;
  onChanged(): void;
}

/** Tokens for scripts that act in the viewer's name. */
export function TokensCard({ tokens, role, actions, asOf, onChanged }: TokensCardProps) {
  const t = useTranslations("profile.tokens");
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<OwnToken | null>(null);
  const create = (
    <Button size="sm" onClick={() => setMaking(true)}>
      <Plus aria-hidden />
      {t("create")}
    </Button>
  );
  return (
    <Card>
      <CardHead
        title={t("title")}
        meta={tokens.length > 0 ? t("count", { count: tokens.length }) : undefined}
        actions={create}
      />
      {tokens.length === 0 && <Empty icon={KeyRound} title={t("none")} text={t("noneText")} />}
      <ul>
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} asOf={asOf} onEnd={() => setEnding(token)} />
        ))}
      </ul>
      {making && (
        <TokenDialog
          role={role}
          asOf={asOf}
          createToken={actions.createToken}
          onClose={() => {
            setMaking(false);
            onChanged();
          }}
        />
      )}
      {ending && (
        <ConfirmDialog
          title={t("revokeTitle", { name: ending.name })}
          text={t("revokeText", { name: ending.name, prefix: ending.prefix })}
          submit={t("revoke")}
          done={() => t("revoked", { name: ending.name })}
          run={() => actions.revokeToken({ id: ending.id })}
          onDone={onChanged}
          onClose={() => setEnding(null)}
        />
      )}
    </Card>
  );
}

function TokenRow({ token, asOf, onEnd }: { token: OwnToken; asOf: number; onEnd(): void }) {
  const t = useTranslations("profile.tokens");
  return (
    <li className="flex min-h-[46px] items-center gap-2.5 border-b px-3 py-1.5 last:border-b-0">
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 break-words font-medium text-sm">{token.name}</span>
          {token.scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </p>
        <p className="flex flex-wrap gap-x-2 text-muted-foreground text-xs">
          <span className="mono" translate="no">
            {`${token.prefix}…`}
          </span>
          <Expiry expiresAt={token.expires_at} asOf={asOf} />
          {token.last_used_at === null ? (
            <span>{t("neverUsed")}</span>
          ) : (
            <span>
              {t("used", { address: token.last_used_ip ?? t("noAddress") })}{" "}
              <Age since={token.last_used_at} asOf={asOf} ago />
            </span>
          )}
        </p>
      </div>
      <Button size="sm" variant="danger" aria-label={t("revokeOne", { name: token.name })} onClick={onEnd}>
        {t("revoke")}
      </Button>
    </li>
  );
}

function Expiry({ expiresAt, asOf }: { expiresAt: string | null; asOf: number }) {
  const t = useTranslations("profile.tokens");
  const locale = useLocale();
  const timeZone = useTimeZone();
  if (expiresAt === null) return <span>{t("noEnd")}</span>;
  const date = new Date(expiresAt);
  const over = date.getTime() <= asOf;
  const time = formatTime(date, { locale, timeZone, style: "date" });
  return <span className={over ? "text-warn-text" : undefined}>{t(over ? "expired" : "expires", { time })}</span>;
}
