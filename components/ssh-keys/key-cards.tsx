import { useTranslations } from "next-intl";
import { Age } from "../age";
import { KeyMenu } from "./key-menu";
import { keyTypeName } from "./key-type";
import type { KeysShown } from "./keys-table";

/** The keys on a phone: a card each instead of a wide table. */
export function KeyCards({ keys, manage, actions, asOf }: KeysShown) {
  const t = useTranslations("sshKeys");
  return (
    <ul className="md:hidden">
      {keys.map((key) => (
        <li key={key.id} className="flex items-center gap-2 border-b px-3 py-2 last:border-b-0">
          <div className="grid min-w-0 flex-1 gap-1">
            <span className="truncate font-medium normal-nums">{key.name}</span>
            {key.description && <span className="truncate text-foreground-2 text-xs">{key.description}</span>}
            <span className="mono truncate text-foreground-2 text-xs" translate="no">
              {key.fingerprint}
            </span>
            <span className="flex flex-wrap items-center gap-x-3 text-muted-foreground text-xs">
              <span>{keyTypeName(key)}</span>
              <span>{key.servers.length > 0 ? t("serverCount", { count: key.servers.length }) : t("unused")}</span>
              {key.has_passphrase && <span>{t("withPassphrase")}</span>}
              <Age since={key.created_at} asOf={asOf} ago />
            </span>
          </div>
          <KeyMenu sshKey={key} manage={manage} actions={actions} />
        </li>
      ))}
    </ul>
  );
}
