"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, startTransition, useActionState, useState } from "react";
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

const EMPTY = { login: "", email: "", password: "", repeat: "" };

/** Asks for an account. What comes of it is told at sign-in alone: the answer here is always the same. */
export function RegisterForm({ register, minLength }: RegisterFormProps) {
  const t = useTranslations("register");
  const rules = useTranslations("password");
  const [draft, setDraft] = useState(EMPTY);
  const [sent, setSent] = useState(false);
  const [errors, start, pending] = useActionState(async (): Promise<RegisterErrors> => {
    const { repeat, ...input } = { ...draft, login: draft.login.trim(), email: draft.email.trim() };
    if (Object.values(draft).some((text) => text === "")) return { form: "missing" };
    if (repeat !== input.password) return { repeat: true };
    const result = await register(input).catch(() => null);
    if (!result?.ok) return readRegisterErrors(result?.error);
    setSent(true);
    return {};
  }, {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) startTransition(start);
  };
  if (sent) return <Sent />;
  const field = (name: keyof typeof EMPTY) => ({
    name,
    value: draft[name],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  });
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
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
