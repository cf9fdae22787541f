import { useTranslations } from "next-intl";
import { Field } from "../ui/field";

/** What is typed of any new key. */
export interface NewKeyDraft {
  name: string;
  description: string;
  passphrase: string;
}

interface NewKeyFieldsProps {
  draft: NewKeyDraft;
  set(change: Partial<NewKeyDraft>): void;
  errorOf(field: keyof NewKeyDraft): string | undefined;
}

export function NameFields({ draft, set, errorOf }: NewKeyFieldsProps) {
  const t = useTranslations("sshKeys");
  return (
    <>
      <Field
        label={t("columns.name")}
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
        error={errorOf("name")}
        maxLength={64}
        required
        autoFocus
        autoComplete="off"
        spellCheck={false}
      />
      <Field
        label={t("descriptionLabel")}
        value={draft.description}
        onChange={(event) => set({ description: event.target.value })}
        error={errorOf("description")}
        maxLength={500}
        autoComplete="off"
      />
    </>
  );
}

/** Never filled by the browser: it is no password of a site. */
export function PassphraseField({ draft, set, errorOf, hint }: NewKeyFieldsProps & { hint: string }) {
  const t = useTranslations("sshKeys");
  return (
    <Field
      label={t("passphraseLabel")}
      type="password"
      value={draft.passphrase}
      onChange={(event) => set({ passphrase: event.target.value })}
      hint={hint}
      error={errorOf("passphrase")}
      maxLength={1_024}
      autoComplete="new-password"
    />
  );
}
