import { useTranslations } from "next-intl";
import { SSL_MODES } from "@/lib/ssl-modes";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { Disclosure } from "./disclosure";
import { sslmodeOf } from "./draft";
import { ChoiceField, DraftField, SecretField, useErrorText } from "./form-fields";
import { PasteField } from "./paste-field";
import { USUAL_ROLE } from "./role-script";
import { TextOrFile } from "./text-or-file";
import type { ServerForm } from "./use-server-form";

const CA_BYTES = 65_536;
const PEM = "-----BEGIN CERTIFICATE-----";

/** Whether PostgreSQL is watched, and how it is reached. */
export function PostgresStep({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const { postgres } = form.draft;
  return (
    <>
      <Watched form={form} />
      {postgres && <PasteField form={form} />}
      <hr className="border-border" />
      <DraftField form={form} name="name" hint={t("hints.name")} plain maxLength={64} />
      {postgres && <Postgres form={form} />}
    </>
  );
}

/** What of the server is watched. */
function Watched({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm.watch");
  const { draft, set, start } = form;
  const removes = !draft.postgres && start.stored?.config.host != null;
  // A machine that goes on without its PostgreSQL stays where it was.
  const address = draft.host.startsWith("/") ? "" : draft.host.trim();
  return (
    <div className="grid justify-items-start gap-1.5">
      <span aria-hidden className="font-medium text-foreground-2 text-xs">
        {t("label")}
      </span>
      <Segmented aria-label={t("label")}>
        <SegmentedItem active={draft.postgres} onClick={() => set({ postgres: true })}>
          {t("postgres")}
        </SegmentedItem>
        <SegmentedItem
          active={!draft.postgres}
          onClick={() => set({ postgres: false, ssh_host: draft.ssh_host.trim() || address })}
        >
          {t("machine")}
        </SegmentedItem>
      </Segmented>
      {!draft.postgres && (
        <p className={`text-xs ${removes ? "text-warn-text" : "text-muted-foreground"}`}>
          {removes ? t("removes") : t("hint")}
        </p>
      )}
    </div>
  );
}

/** How PostgreSQL is reached. */
function Postgres({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const config = form.start.stored?.config;
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)_92px] items-start gap-2.5">
        <DraftField form={form} name="host" placeholder={t("hints.host")} />
        <DraftField form={form} name="port" inputMode="numeric" maxLength={5} />
      </div>
      <div className="grid grid-cols-2 items-start gap-2.5 max-[400px]:grid-cols-1">
        <DraftField form={form} name="user" placeholder={USUAL_ROLE} />
        <SecretField form={form} name="password" stored={config?.has_password ?? false} />
      </div>
      <div className="grid grid-cols-2 items-start gap-2.5 max-[400px]:grid-cols-1">
        <DraftField form={form} name="database" />
        <TlsField form={form} />
      </div>
      <CaField form={form} />
    </>
  );
}

function TlsField({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const errorText = useErrorText(form);
  const mode = sslmodeOf(form.draft);
  return (
    <ChoiceField
      label={t("fields.sslmode")}
      value={mode}
      onChange={(event) => form.set({ sslmode: SSL_MODES.find((one) => one === event.target.value) ?? null })}
      className="mono text-xs"
      hint={t(`tls.${mode}`)}
      error={errorText("sslmode")}
    >
      {SSL_MODES.toReversed().map((one) => (
        <option key={one}>{one}</option>
      ))}
    </ChoiceField>
  );
}

function CaField({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm.ca");
  const errorText = useErrorText(form);
  const { ca } = form.draft;
  const error = errorText("ca");
  return (
    <Disclosure title={ca.trim() ? t("own") : t("system")} open={error !== undefined}>
      <TextOrFile
        label={t("label")}
        value={ca}
        onChange={(value) => form.set({ ca: value })}
        hint={t("hint")}
        error={error}
        most={CA_BYTES}
        placeholder={PEM}
      />
    </Disclosure>
  );
}
