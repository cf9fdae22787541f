import { useTranslations } from "next-intl";
import { useState } from "react";
import { PERMISSIONS, type Permission, type Role, SCOPES, type Scope } from "@/lib/users/permissions";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { CopyButton } from "./copy-button";
import { DialogButtons } from "./dialog-buttons";
import type { ProfileActions } from "./profile-actions";
import { SelectField } from "./select-field";
import { textOf, useProfileAction } from "./use-profile-action";

interface TokenDialogProps {
  role: Role;
  asOf: number;
  createToken: ProfileActions["createToken"];
  onClose(): void;
}

/** Makes a token, and shows it this once. */
export function TokenDialog({ onClose, ...form }: TokenDialogProps) {
  const t = useTranslations("profile.tokens");
  const [token, setToken] = useState<string | null>(null);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={token === null ? t("createTitle") : t("made")}>
      {token === null ? (
        <TokenForm {...form} onCancel={onClose} onMade={setToken} />
      ) : (
        <NewToken token={token} onClose={onClose} />
      )}
    </Dialog>
  );
}

/** How a request carries it. */
const HEADER = "Authorization: Bearer dzr_…";

function NewToken({ token, onClose }: { token: string; onClose(): void }) {
  const t = useTranslations("profile.tokens");
  return (
    <div className="grid gap-3 p-4">
      <p className="text-sm">{t("once")}</p>
      <code className="mono select-all break-all rounded-md border bg-muted px-3 py-2" translate="no">
        {token}
      </code>
      <p className="text-muted-foreground text-xs">
        {t("header")}{" "}
        <code className="mono" translate="no">
          {HEADER}
        </code>
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <CopyButton text={token} />
        <Button variant="primary" className="ml-auto" onClick={onClose}>
          {t("kept")}
        </Button>
      </div>
    </div>
  );
}

const DAYS = [7, 30, 90, 365] as const;
const DAY_MS = 86_400_000;

interface TokenFormProps extends Omit<TokenDialogProps, "onClose"> {
  onCancel(): void;
  onMade(token: string): void;
}

function TokenForm({ role, asOf, createToken, onCancel, onMade }: TokenFormProps) {
  const t = useTranslations("profile.tokens");
  // Kept here: React empties a form that was sent, also where the server refused it.
  const [input, setInput] = useState({ name: "", scopes: ["read"] as Scope[], days: "30" });
  const form = useProfileAction(
    (fields) =>
      createToken({
        name: textOf(fields, "name"),
        scopes: input.scopes,
        expires_at: input.days === "" ? null : new Date(asOf + Number(input.days) * DAY_MS).toISOString(),
      }),
    ({ token }) => onMade(token),
  );
  return (
    <form action={form.submit} className="grid gap-3 p-4">
      <Field
        label={t("name")}
        name="name"
        value={input.name}
        onChange={(event) => setInput({ ...input, name: event.target.value })}
        hint={t("nameHint")}
        error={form.errorOf("name")}
        maxLength={100}
        required
        autoFocus
        autoComplete="off"
      />
      <ScopeChoice
        role={role}
        chosen={input.scopes}
        error={form.errorOf("scopes")}
        onChange={(scopes) => setInput({ ...input, scopes })}
      />
      <SelectField
        label={t("expiry")}
        value={input.days}
        onChange={(event) => setInput({ ...input, days: event.target.value })}
        hint={input.days === "" ? t("noEndHint") : undefined}
        error={form.errorOf("expires_at")}
      >
        {DAYS.map((days) => (
          <option key={days} value={days}>
            {t("days", { count: days })}
          </option>
        ))}
        <option value="">{t("noEnd")}</option>
      </SelectField>
      <FormError>{form.failure}</FormError>
      <DialogButtons submit={t("create")} pending={form.pending} onCancel={onCancel} />
    </form>
  );
}

interface ScopeChoiceProps {
  role: Role;
  chosen: readonly Scope[];
  error: string | undefined;
  onChange(scopes: Scope[]): void;
}

/** What the token may; scopes that open nothing to the role are not offered. */
function ScopeChoice({ role, chosen, error, onChange }: ScopeChoiceProps) {
  const t = useTranslations("profile.tokens");
  const held = (scope: Scope) => !scope.includes(":") || PERMISSIONS[role].includes(scope as Permission);
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 font-medium text-foreground-2 text-xs">{t("scopes")}</legend>
      {SCOPES.filter(held).map((scope) => (
        <label key={scope} className="flex gap-2 text-sm max-md:min-h-9">
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={({ target }) =>
              onChange(SCOPES.filter((other) => (other === scope ? target.checked : chosen.includes(other))))
            }
            className="mt-0.5 size-4 shrink-0 accent-primary"
          />
          <span>
            <span className="mono" translate="no">
              {scope}
            </span>
            <span className="block text-muted-foreground text-xs">
              {t(`scope.${scope.replace(":", "_") as ScopeKey}`)}
            </span>
          </span>
        </label>
      ))}
      <p className={error ? "text-crit-text text-xs" : "text-muted-foreground text-xs"}>{error ?? t("scopesHint")}</p>
    </fieldset>
  );
}

type ScopeKey = "read" | "servers_write" | "streams_write" | "metrics_read" | "admin";
