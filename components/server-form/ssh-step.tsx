import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useId, useState } from "react";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { Switch } from "../ui/switch";
import { readsOverSsh } from "./draft";
import { ChoiceField, DraftField, SecretField, useErrorText } from "./form-fields";
import { KnownHosts } from "./known-hosts";
import type { KeyChoice } from "./server-actions";
import type { ServerForm } from "./use-server-form";

/** How the machine is reached; beside PostgreSQL nothing is asked of it while this is off. */
export function SshStep({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm.ssh");
  const { draft } = form;
  return (
    <>
      {!draft.postgres && <WhichMachine form={form} />}
      {draft.here ? (
        <p className="text-foreground-2 text-sm">{t("local")}</p>
      ) : (
        draft.postgres && <Beside form={form} />
      )}
      {readsOverSsh(draft) && (
        <>
          {draft.postgres && <hr className="border-border" />}
          <div className="grid grid-cols-[minmax(0,1fr)_92px] items-start gap-2.5">
            <DraftField
              form={form}
              name="ssh_host"
              {...(draft.postgres && { placeholder: draft.host.trim(), hint: t("hostHint") })}
            />
            <DraftField form={form} name="ssh_port" inputMode="numeric" maxLength={5} />
          </div>
          <DraftField form={form} name="ssh_user" />
          <Proof form={form} />
          <KnownHosts form={form} />
        </>
      )}
    </>
  );
}

/** A machine alone is this one or another. */
function WhichMachine({ form: { draft, set } }: { form: ServerForm }) {
  const t = useTranslations("serverForm.ssh");
  return (
    <div className="grid justify-items-start gap-1.5">
      <span aria-hidden className="font-medium text-foreground-2 text-xs">
        {t("which")}
      </span>
      <Segmented aria-label={t("which")}>
        <SegmentedItem active={!draft.here} onClick={() => set({ here: false })}>
          {t("there")}
        </SegmentedItem>
        <SegmentedItem active={draft.here} onClick={() => set({ here: true })}>
          {t("here")}
        </SegmentedItem>
      </Segmented>
    </div>
  );
}

/** Whether the machine beside PostgreSQL is read at all. */
function Beside({ form: { draft, set } }: { form: ServerForm }) {
  const t = useTranslations("serverForm.ssh");
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="grid gap-0.5">
        <label htmlFor={id} className="font-medium text-sm">
          {t("switch")}
        </label>
        <p id={`${id}-note`} className="text-muted-foreground text-xs">
          {t("without")}
        </p>
      </div>
      <Switch
        id={id}
        aria-describedby={`${id}-note`}
        checked={draft.ssh}
        onCheckedChange={(ssh) => set({ ssh })}
        className="mt-0.5"
      />
    </div>
  );
}

/** Key or password. */
function Proof({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const { draft, set } = form;
  const config = form.start.stored?.config;
  return (
    <>
      <div className="grid justify-items-start gap-1.5">
        <span aria-hidden className="font-medium text-foreground-2 text-xs">
          {t("fields.ssh_auth_type")}
        </span>
        <Segmented aria-label={t("fields.ssh_auth_type")}>
          {(["key", "password"] as const).map((type) => (
            <SegmentedItem
              key={type}
              active={draft.ssh_auth_type === type}
              onClick={() => set({ ssh_auth_type: type })}
            >
              {t(`ssh.auth.${type}`)}
            </SegmentedItem>
          ))}
        </Segmented>
      </div>
      {draft.ssh_auth_type === "key" ? (
        <KeyField form={form} />
      ) : (
        <SecretField form={form} name="ssh_password" stored={config?.has_ssh_password ?? false} />
      )}
    </>
  );
}

function KeyField({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const errorText = useErrorText(form);
  const { draft, set } = form;
  const { stored } = form.start;
  const keys = useKeys(form);
  const chosen = keys.find(({ id }) => String(id) === draft.ssh_key_id);
  const link = (chunks: ReactNode) => (
    <Link href="/ssh-keys" target="_blank" className="text-primary-text underline underline-offset-2">
      {chunks}
    </Link>
  );
  return (
    <div className="grid gap-3">
      <div className="grid gap-1.5">
        <ChoiceField
          label={t("fields.ssh_key_id")}
          value={draft.ssh_key_id}
          onChange={(event) => set({ ssh_key_id: event.target.value, ssh_key_passphrase: "" })}
          hint={chosen && `${chosen.key_type} ${chosen.fingerprint}`}
          error={errorText("ssh_key_id")}
        >
          <option value="">{keys.length > 0 ? t("ssh.chooseKey") : t("ssh.noKeys")}</option>
          {keys.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </ChoiceField>
        <p className="text-muted-foreground text-xs">{t.rich("ssh.makeKey", { link })}</p>
      </div>
      {chosen?.has_passphrase && (
        <SecretField
          form={form}
          name="ssh_key_passphrase"
          stored={(stored?.config.has_ssh_key_passphrase ?? false) && stored?.config.ssh_key_id === chosen.id}
        />
      )}
    </div>
  );
}

/** The keys there are, read anew by whoever comes back from another tab, where one may have been made. */
function useKeys({ start, actions }: ServerForm): readonly KeyChoice[] {
  const [keys, setKeys] = useState<readonly KeyChoice[]>(start.keys);
  useEffect(() => {
    const read = async () => {
      const answer = await actions.load({}).catch(() => null);
      if (answer?.ok) setKeys(answer.data.keys);
    };
    const back = () => document.visibilityState === "visible" && void read();
    document.addEventListener("visibilitychange", back);
    return () => document.removeEventListener("visibilitychange", back);
  }, [actions]);
  return keys;
}
