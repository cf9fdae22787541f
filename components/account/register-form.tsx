"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useActionState } from "react";
import type { ActionResult } from "@/lib/http/action";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { FormError } from "./form-error";
import { PasswordField } from "./password-field";
import { type RegisterErrors, readRegisterErrors } from "./register-errors";

interface RegisterFormProps {
  register(input: { login: string; email: string; password: string }): Promise<ActionResult<object>>;
  /** Fewest characters of a password. */
  minLength: number;
}

interface RegisterState {
  /** Kept: React empties a form that was sent. */
  draft: { login: string; email: string; password: string; repeat: string };
  errors: RegisterErrors;
  sent?: boolean;
}

const START: RegisterState = { draft: { login: "", email: "", password: "", repeat: "" }, errors: {} };

/** Asks for an account. What comes of it is told at sign-in alone: the answer here is always the same. */
export function RegisterForm({ register, minLength }: RegisterFormProps) {
  const t = useTranslations("register");
  const rules = useTranslations("password");
  // Read from the form when it is sent: what was typed before the page could listen counts, too.
  const [{ draft, errors, sent }, action, pending] = useActionState(async (_: RegisterState, form: FormData) => {
    const given = draftOf(form);
    return { draft: given, ...(await ask(register, given)) };
  }, START);
  if (sent) return <Sent />;
  const field = (name: keyof RegisterState["draft"]) => ({ name, defaultValue: draft[name] });
  return (
    <form action={action} noValidate className="grid gap-4">
      <div className="grid gap-1">
        <h1 className="text-lg font-semibold">{t("title")}</h1>
        <p className="text-sm text-muted-foreground">{t("text")}</p>
      </div>
      <Field
        {...field("login")}
        label={t("login")}
        hint={t("loginHint")}
        error={errors.login && t("login_shape")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        className="h-9 text-base"
      />
      <Field
        {...field("email")}
        type="email"
        label={t("email")}
        error={errors.email && t("email_shape")}
        autoComplete="email"
        className="h-9 text-base"
      />
      <PasswordField
        {...field("password")}
        label={t("password")}
        hint={rules("rule", { min: minLength })}
        error={errors.password?.map((rule) => rules(rule, { min: minLength })).join(" ")}
        autoComplete="new-password"
      />
      <PasswordField
        {...field("repeat")}
        label={t("repeat")}
        error={errors.repeat && rules("mismatch")}
        autoComplete="new-password"
      />
      <FormError>{errors.form ? t(errors.form, { minutes: errors.minutes ?? 60 }) : null}</FormError>
      <Button type="submit" variant="primary" size="large" aria-disabled={pending} className="mt-0.5 w-full">
        {pending ? t("submitting") : t("submit")}
      </Button>
    </form>
  );
}

function draftOf(form: FormData): RegisterState["draft"] {
  const text = (name: string) => String(form.get(name) ?? "");
  const { login, email } = { login: text("login").trim(), email: text("email").trim() };
  return { login, email, password: text("password"), repeat: text("repeat") };
}

async function ask(
  register: RegisterFormProps["register"],
  { repeat, ...input }: RegisterState["draft"],
): Promise<Omit<RegisterState, "draft">> {
  if ([repeat, ...Object.values(input)].includes("")) return { errors: { form: "missing" } };
  if (repeat !== input.password) return { errors: { repeat: true } };
  const result = await register(input).catch(() => null);
  return result?.ok ? { errors: {}, sent: true } : { errors: readRegisterErrors(result?.error) };
}

function Sent() {
  const t = useTranslations("register");
  return (
    <div role="status" className="grid gap-3">
      <h1 className="text-lg font-semibold">{t("sentTitle")}</h1>
      <p className="text-sm text-muted-foreground">{t("sent")}</p>
      <Button asChild size="large" className="w-full">
        <Link href="/login">{t("toLogin")}</Link>
      </Button>
    </div>
  );
}
