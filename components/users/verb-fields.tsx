import { useTranslations } from "next-intl";
import type { Role } from "@/lib/users/permissions";
import { ReasonField } from "../reason-field";
import { Field } from "../ui/field";
import { RoleChoice } from "./role-choice";
import type { UserErrors } from "./user-errors";
import type { UserVerb } from "./user-verbs";

/** What is typed and chosen in the dialog of a verb. */
export interface Draft {
  email: string;
  role: Role;
  reason: string;
  /** The login, typed again by whoever deletes. */
  typed: string;
}

interface VerbFieldsProps {
  verb: UserVerb;
  login: string;
  /** The viewer's own account: its role stays. */
  own: boolean;
  draft: Draft;
  set(change: Partial<Draft>): void;
  errors: UserErrors;
}

/** The fields that a verb needs; most need none. */
export function VerbFields({ verb, login, own, draft, set, errors }: VerbFieldsProps) {
  const t = useTranslations("users");
  const role = {
    value: draft.role,
    onChange: (event: { target: { value: string } }) => set({ role: event.target.value as Role }),
  };
  if (verb === "approve") return <RoleChoice {...role} />;
  if (verb === "reject") {
    const onChange = (reason: string) => set({ reason });
    return <ReasonField label={t("reason")} hint={t("reasonHint")} value={draft.reason} onChange={onChange} />;
  }
  if (verb === "remove") {
    return (
      <Field
        label={t("typeLogin", { login })}
        value={draft.typed}
        onChange={(event) => set({ typed: event.target.value })}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        autoFocus
      />
    );
  }
  if (verb !== "edit") return null;
  return (
    <>
      <Field
        label={t("create.email")}
        type="email"
        value={draft.email}
        onChange={(event) => set({ email: event.target.value })}
        autoComplete="off"
        error={errors.email && t(`refused.${errors.email}`)}
      />
      <RoleChoice {...role} disabled={own} hint={own ? t("refused.own_account") : t("roleHint")} />
    </>
  );
}
