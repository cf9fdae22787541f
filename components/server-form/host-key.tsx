import { ShieldQuestionMark, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import type { SshTest } from "@/lib/fleet/test-schema";
import { Button } from "../ui/button";
import type { ServerForm } from "./use-server-form";

const CHECK = "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub";

interface HostKeyProps {
  result: SshTest & { host_key: NonNullable<SshTest["host_key"]> };
  form: ServerForm;
}

/** A machine that was not met before, or another one than then: whether it is the right one, only a person can tell. */
export function HostKey({ result, form }: HostKeyProps) {
  const t = useTranslations("serverForm.hostKey");
  const id = useId();
  const { host_key: key, host_key_state: state, expected } = result;
  const changed = state === "changed";
  const trusted = form.draft.ssh_host_keys.length === 1 && form.draft.ssh_host_keys[0] === key.key;
  const before = form.start.stored?.config.ssh_host_keys ?? [];
  const confirm = (yes: boolean) => form.set({ ssh_host_keys: yes ? [key.key] : before });
  const Icon = changed ? TriangleAlert : ShieldQuestionMark;
  return (
    <div className="grid gap-3 text-xs">
      <p
        className={`flex gap-1.5 rounded-md border px-2.5 py-1.5 ${changed ? "border-crit-line bg-crit-soft text-crit-text" : "border-warn-line bg-warn-soft text-warn-text"}`}
      >
        <Icon aria-hidden className="icon-12 mt-0.5" />
        {changed ? t("changed") : t("unknown")}
      </p>
      {changed && (
        <Fingerprints title={t("expected")} keys={expected.map(({ type, fingerprint }) => `${type} ${fingerprint}`)} />
      )}
      <Fingerprints title={changed ? t("presented") : t("fingerprint")} keys={[`${key.type} ${key.fingerprint}`]} />
      <p className="text-muted-foreground">
        {t.rich("how", {
          command: () => <code className="mono mt-1 block break-words text-foreground-2">{CHECK}</code>,
        })}
      </p>
      <label htmlFor={id} className="flex items-start gap-2 font-medium text-sm">
        <input
          id={id}
          type="checkbox"
          checked={trusted}
          onChange={(event) => confirm(event.target.checked)}
          className="mt-0.5 size-4 shrink-0 accent-primary"
        />
        {changed ? t("replace") : t("right")}
      </label>
      {trusted && (
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p className="min-w-0 flex-1 text-muted-foreground">{t("confirmed")}</p>
          <Button size="sm" onClick={form.tests.ssh.run}>
            {t("go")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Fingerprints({ title, keys }: { title: string; keys: readonly string[] }) {
  return (
    <div className="grid gap-1">
      <p className="text-muted-foreground">{title}</p>
      <ul className="rounded-md border border-border-strong bg-card px-2.5 py-1.5">
        {keys.map((key) => (
          <li key={key} className="mono break-all">
            {key}
          </li>
        ))}
      </ul>
    </div>
  );
}
