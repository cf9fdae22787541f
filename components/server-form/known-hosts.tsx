import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";
import { Disclosure } from "./disclosure";
import { useErrorText } from "./form-fields";
import type { ImportedKeys } from "./server-actions";
import { TextOrFile } from "./text-or-file";
import type { ServerForm } from "./use-server-form";

const FILE_BYTES = 262_144;

/** The host keys that are trusted, and how to take them from a file. */
export function KnownHosts({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm.hostKeys");
  const errorText = useErrorText(form);
  const { ssh_host_keys: trusted } = form.draft;
  const known = fingerprintsOf(form);
  return (
    <div className="grid gap-1.5">
      <p className="font-medium text-foreground-2 text-xs">{t("title")}</p>
      {trusted.length === 0 ? (
        <p className="text-muted-foreground text-xs">{t("none")}</p>
      ) : (
        <ul className="grid gap-1">
          {trusted.map((key) => (
            <li key={key} className="mono flex min-w-0 items-center gap-2 text-foreground-2">
              <KeyRound aria-hidden className="icon-12" />
              <span className="truncate" title={key}>
                {known[key] ? `${key.split(" ")[0]} ${known[key]}` : key}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Disclosure title={t("import")} open={errorText("ssh_host_keys") !== undefined}>
        <Import form={form} />
      </Disclosure>
    </div>
  );
}

function Import({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm.hostKeys");
  const errorText = useErrorText(form);
  const [text, setText] = useState("");
  const [found, setFound] = useState<ImportedKeys | "failed" | null>(null);
  const [pending, setPending] = useState(false);
  const { draft, set, tests, actions } = form;
  const host = draft.ssh_host.trim() || draft.host.trim();
  const look = async () => {
    setPending(true);
    const answer = await actions.hostKeys({ text, host, port: Number(draft.ssh_port) || 22 }).catch(() => null);
    setPending(false);
    if (!answer?.ok) return setFound("failed");
    setFound(answer.data);
    if (answer.data.keys.length === 0) return;
    set({ ssh_host_keys: answer.data.keys.map(({ key }) => key) });
    tests.ssh.forget();
  };
  const told =
    found === null
      ? ""
      : found === "failed"
        ? t("failed")
        : t("found", { count: found.keys.length, host, problems: found.problems.length });
  return (
    <>
      <TextOrFile
        label={t("text")}
        value={text}
        onChange={setText}
        hint={t("hint", { host: host || "…" })}
        error={errorText("ssh_host_keys")}
        most={FILE_BYTES}
      />
      {found !== null && found !== "failed" && found.keys.length > 0 && (
        <ul className="mono grid gap-1 text-foreground-2">
          {found.keys.map(({ type, fingerprint }) => (
            <li key={fingerprint} className="break-all">{`${type} ${fingerprint}`}</li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="sm"
          disabled={!text.trim() || !host}
          aria-disabled={pending || undefined}
          onClick={() => void look()}
        >
          {t("take")}
        </Button>
        <p role="status" className="text-muted-foreground text-xs">
          {told}
        </p>
      </div>
    </>
  );
}

/** By key, as far as the server told them; no browser works them out on a page without HTTPS. */
function fingerprintsOf({ start, tests }: ServerForm): Readonly<Record<string, string>> {
  const answer = tests.ssh.done?.answer;
  const met = answer?.ok ? answer.result.host_key : null;
  return { ...start.stored?.fingerprints, ...(met && { [met.key]: met.fingerprint }) };
}
