import { useTranslations } from "next-intl";
import { useState } from "react";
import type { QrCode } from "@/lib/users/qr-code";
import { FormError } from "../account/form-error";
import { PasswordField } from "../account/password-field";
import { Field } from "../ui/field";
import { DialogButtons } from "./dialog-buttons";
import type { EnrolActions } from "./profile-actions";
import { QrPicture } from "./qr-picture";
import { RecoveryCodes } from "./recovery-codes";
import { textOf, useProfileAction } from "./use-profile-action";

interface EnrolFormProps {
  login: string;
  actions: EnrolActions;
  /** After the recovery codes were shown. */
  onDone(): void;
  onCancel?: () => void;
}

type Step = { name: "password" } | { name: "code"; secret: string; qr: QrCode } | { name: "codes"; codes: string[] };

/** Sets a second factor up: the password, a key for the app, a first code, the recovery codes. */
export function EnrolForm({ login, actions, onDone, onCancel }: EnrolFormProps) {
  const [step, setStep] = useState<Step>({ name: "password" });
  if (step.name === "codes") return <RecoveryCodes codes={step.codes} onDone={onDone} />;
  if (step.name === "code") {
    return <CodeForm {...step} {...{ actions, onCancel }} onConfirmed={(codes) => setStep({ name: "codes", codes })} />;
  }
  const onBegun = (begun: { secret: string; qr: QrCode }) => setStep({ name: "code", ...begun });
  return <BeginForm {...{ login, actions, onCancel, onBegun }} />;
}

interface BeginFormProps {
  login: string;
  actions: EnrolActions;
  onBegun(begun: { secret: string; qr: QrCode }): void;
  onCancel: (() => void) | undefined;
}

function BeginForm({ login, actions, onBegun, onCancel }: BeginFormProps) {
  const t = useTranslations("profile");
  const form = useProfileAction(
    (fields) => actions.beginTotp({ current_password: String(fields.get("current_password") ?? "") }),
    onBegun,
  );
  return (
    <form action={form.submit} className="grid gap-3">
      <p className="text-muted-foreground text-sm">{t("totp.why")}</p>
      <input type="text" name="username" autoComplete="username" defaultValue={login} hidden />
      <PasswordField
        label={t("currentPassword")}
        name="current_password"
        autoComplete="current-password"
        required
        autoFocus
        error={form.errorOf("current_password")}
      />
      <FormError>{form.failure}</FormError>
      <DialogButtons submit={t("totp.next")} pending={form.pending} onCancel={onCancel} />
    </form>
  );
}

interface CodeFormProps {
  secret: string;
  qr: QrCode;
  actions: EnrolActions;
  onConfirmed(codes: string[]): void;
  onCancel: (() => void) | undefined;
}

function CodeForm({ secret, qr, actions, onConfirmed, onCancel }: CodeFormProps) {
  const t = useTranslations("profile.totp");
  const form = useProfileAction((fields) => actions.confirmTotp({ code: textOf(fields, "code") }), onConfirmed);
  return (
    <form action={form.submit} className="grid gap-3">
      <p className="text-sm">{t("scan")}</p>
      <QrPicture qr={qr} label={t("qr")} />
      <details className="text-sm">
        <summary className="cursor-pointer text-muted-foreground">{t("byHand")}</summary>
        <code className="mono mt-1.5 block select-all rounded-md border bg-muted px-3 py-2" translate="no">
          {secret.match(/.{1,4}/g)?.join(" ")}
        </code>
      </details>
      <Field
        label={t("code")}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        autoFocus
        maxLength={20}
        hint={t("codeHint")}
        error={form.errorOf("code")}
        className="mono h-9"
      />
      <FormError>{form.failure}</FormError>
      <DialogButtons submit={t("turnOn")} pending={form.pending} onCancel={onCancel} />
    </form>
  );
}
