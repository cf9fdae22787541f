import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import type { SshKey } from "@/lib/ssh-keys/schema";
import { CopyButton } from "../profile/copy-button";
import { Button } from "../ui/button";
import { authorizedLine } from "./key-type";

/** The public part: as it is, as a file, and as the line that a machine wants. */
export function PublicKey({ sshKey }: { sshKey: SshKey }) {
  const t = useTranslations("sshKeys.public");
  return (
    <>
      <section className="grid gap-1.5">
        <h3 className="font-medium text-foreground-2 text-xs">{t("title")}</h3>
        <Code text={sshKey.public_key} />
        <div className="flex flex-wrap items-center gap-2">
          <CopyButton text={sshKey.public_key} about={t("title")} />
          <Button asChild>
            <a href={`/api/ssh-keys/${sshKey.id}/download-public`} download>
              <Download aria-hidden />
              {t("download")}
            </a>
          </Button>
        </div>
      </section>
      <section className="grid gap-1.5">
        <h3 className="font-medium text-foreground-2 text-xs">{t("line")}</h3>
        <Code text={authorizedLine(sshKey)} />
        <p className="text-muted-foreground text-xs">{t("lineHint")}</p>
        <div className="flex flex-wrap items-center gap-2">
          <CopyButton text={authorizedLine(sshKey)} about={t("line")} />
        </div>
      </section>
    </>
  );
}

/** RSA fills many lines of which nobody reads more than the first; a click selects all of them. */
function Code({ text }: { text: string }) {
  return (
    <div className="rounded-md border bg-muted px-3 py-2">
      <code className="mono line-clamp-3 select-all break-all text-xs" translate="no">
        {text}
      </code>
    </div>
  );
}
