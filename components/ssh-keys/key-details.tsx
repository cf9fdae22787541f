import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { formatTime, NO_VALUE } from "@/lib/format";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import type { KeyRow } from "./key-actions";
import type { DialogFocus } from "./key-dialog";
import { keyTypeName } from "./key-type";
import { PublicKey } from "./public-key";

interface KeyDetailsProps extends DialogFocus {
  sshKey: KeyRow;
  onClose(): void;
}

/** All that may be known of a key, with the servers that use it. */
export function KeyDetails({ sshKey, onClose, ...focus }: KeyDetailsProps) {
  const t = useTranslations("sshKeys");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const created = formatTime(new Date(sshKey.created_at), { locale, timeZone, style: "datetime" });
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={sshKey.name}>
      <div className="grid gap-4 p-4">
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
          {sshKey.description && <Fact name={t("descriptionLabel")}>{sshKey.description}</Fact>}
          <Fact name={t("columns.type")}>{keyTypeName(sshKey)}</Fact>
          <Fact name={t("columns.fingerprint")}>
            <span className="mono break-all text-xs" translate="no">
              {sshKey.fingerprint}
            </span>
          </Fact>
          <Fact name={t("columns.passphrase")}>
            {t(sshKey.has_passphrase ? "withPassphrase" : "withoutPassphrase")}
          </Fact>
          <Fact name={t("columns.created_at")}>
            {sshKey.created_by ? t("createdBy", { at: created, by: sshKey.created_by }) : created}
          </Fact>
          <Fact name={t("columns.servers")}>
            {sshKey.servers.length > 0 ? <ServerLinks names={sshKey.servers} /> : NO_VALUE}
          </Fact>
        </dl>
        <PublicKey sshKey={sshKey} />
        <div className="flex justify-end">
          <Button variant="primary" onClick={onClose}>
            {t("close")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

/** The way to each server that uses a key. */
export function ServerLinks({ names }: { names: readonly string[] }) {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1">
      {names.map((name) => (
        <li key={name}>
          <Link href={`/servers/${encodeURIComponent(name)}`} prefetch={false} className="text-primary-text underline">
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}
