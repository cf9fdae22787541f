import { useTranslations } from "next-intl";
import { useActionState } from "react";
import type { ActionResult } from "@/lib/http/action";
import { type ProfileErrors, readProfileErrors } from "./refusal";

export interface ProfileForm {
  submit(form: FormData): void;
  pending: boolean;
  /** What is wrong with a field, in the viewer's words. */
  errorOf(field: NonNullable<ProfileErrors["field"]>): string | undefined;
  /** What is wrong with no field in particular. */
  failure: string | null;
}

/**
 * A form of the profile.
 * @param run asks the server with the form's fields
 * @param onDone gets what the server answered
 */
export function useProfileAction<Data>(
  run: (form: FormData) => Promise<ActionResult<Data>>,
  onDone: (data: Data) => void,
): ProfileForm {
  const t = useTranslations("profile.refused");
  const [errors, submit, pending] = useActionState(async (_before: ProfileErrors, form: FormData) => {
    const result = await run(form).catch(() => null);
    if (!result?.ok) return readProfileErrors(result?.error);
    onDone(result.data);
    return {};
  }, {});
  const text = errors.rule ? t(errors.rule, { seconds: errors.seconds ?? 0 }) : null;
  return {
    submit,
    pending,
    errorOf: (field) => (errors.field === field && text ? text : undefined),
    failure: errors.field ? null : text,
  };
}

/** The text of a form's field, without blanks around. */
export const textOf = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();
