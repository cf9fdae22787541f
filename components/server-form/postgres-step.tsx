import { Info } from "lucide-react";
import { useTranslations } from "next-intl";
import { SSL_MODES } from "@/lib/ssl-modes";
import { Disclosure } from "./disclosure";
import { sslmodeOf } from "./draft";
import { ChoiceField, DraftField, SecretField, useErrorText } from "./form-fields";
import { PasteField } from "./paste-field";
import { USUAL_ROLE } from "./role-script";
import { TextOrFile } from "./text-or-file";
import type { ServerForm } from "./use-server-form";

const CA_BYTES = 65_536;
const PEM = "-----BEGIN CERTIFICATE-----";

/** How PostgreSQL is reached. */
export function PostgresStep({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const config = form.start.stored?.config;
  return (
    <>
      <PasteField form={form} />
      <hr className="border-border" />
      <DraftField form={form} name="name" hint={t("hints.name")} plain maxLength={64} />
      {config?.host === null && <MachineOnly />}
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

function MachineOnly() {
  const t = useTranslations("serverForm");
  return (
    <p className="flex gap-2 text-muted-foreground text-xs">
      <Info aria-hidden className="icon-14 mt-px" />
      {t("machineOnly")}
    </p>
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
