"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useActionState } from "react";
import { toast } from "sonner";
import type { ActionResult } from "@/lib/http/action";
import { Button } from "../ui/button";
import { FormError } from "./form-error";
import { type PasswordErrors, type RULES, readErrors } from "./password-errors";
import { PasswordField } from "./password-field";

interface PasswordFormProps {
  changePassword(input: {
    current_password: string;
    new_password: string;
  }): Promise<ActionResult<{ ended_sessions: number }>>;
  /** The first sign-in: nothing else is open before. */
  forced: boolean;
  login: string;
  /** Fewest characters of a password. */
  minLength: number;
  /** What follows in the place of the overview. */
  onDone?: () => void;
}

/** The viewer's own password, changed by knowing the current one. */
export function PasswordForm({ changePassword, forced, login, minLength, onDone }: PasswordFormProps) {
  const t = useTranslations("password");
  const router = useRouter();
  const submit = async (_before: PasswordErrors, form: FormData): Promise<PasswordErrors> => {
    const [current, next, repeat] = ["current", "next", "repeat"].map((name) => String(form.get(name) ?? ""));
    if (!current || !next || !repeat) return { form: "missing" };
    if (next !== repeat) return { repeat: ["mismatch"] };
    const result = await changePassword({ current_password: current, new_password: next }).catch(() => null);
    if (!result?.ok) return readErrors(result?.error);
    // The frame around the page changes with the first own password: load it all anew.
    if (forced) window.location.assign("/");
    else {
      toast.success(t("done"), { description: t("doneHint") });
      if (onDone) onDone();
      else router.push("/");
    }
    return {};
  };
  const [errors, action, pending] = useActionState(submit, {});
  const text = (rules: readonly (typeof RULES)[number][] | undefined) =>
    rules?.map((rule) => t(rule, { min: minLength })).join(" ");
  return (
    <form action={action} className="grid gap-4">
      <div className="grid gap-1">
        {forced && <h1 className="text-lg font-semibold">{t("forcedTitle")}</h1>}
        <p className="text-sm text-muted-foreground">{forced ? t("forced") : t("others")}</p>
      </div>
      <input type="text" name="username" autoComplete="username" defaultValue={login} hidden />
      <PasswordField
        label={t("current")}
        name="current"
        autoComplete="current-password"
        error={text(errors.current)}
        autoFocus
      />
      <PasswordField
        label={t("next")}
        name="next"
        autoComplete="new-password"
        error={text(errors.next)}
        hint={t("rule", { min: minLength })}
      />
      <PasswordField label={t("repeat")} name="repeat" autoComplete="new-password" error={text(errors.repeat)} />
      <FormError>{errors.form ? t(errors.form, { seconds: errors.seconds ?? 60 }) : null}</FormError>
      <Button type="submit" variant="primary" size="large" aria-disabled={pending} className="w-full">
        {pending ? t("submitting") : t("submit")}
      </Button>
    </form>
  );
}
