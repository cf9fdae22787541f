"use client";
import { useTranslations } from "next-intl";
import { useActionState, useEffect, useRef } from "react";
import type { ActionResult } from "@/lib/http/action";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { FormError } from "./form-error";
import { PasswordField } from "./password-field";

interface LoginFormProps {
  signIn(input: { username: string; password: string; next: string }): Promise<ActionResult<{ next: string }>>;
  /** The page that was asked for. */
  next: string;
}

/** `missing`: not even sent; `unanswered`: the server did not say anything. */
type Refusal = "missing" | "unanswered" | Extract<ActionResult<unknown>, { ok: false }>["error"];

interface State {
  login: string;
  error: Refusal | null;
}

/** Login and password; says what went wrong without telling which of the two. */
export function LoginForm({ signIn, next }: LoginFormProps) {
  const t = useTranslations("login");
  const submit = async (_before: State, form: FormData): Promise<State> => {
    const login = String(form.get("username") ?? "").trim();
    const password = String(form.get("password") ?? "");
    if (!login || !password) return { login, error: "missing" };
    const result = await signIn({ username: login, password, next }).catch(() => null);
    if (result?.ok) {
      window.location.assign(result.data.next);
      return { login, error: null };
    }
    return { login, error: result?.error ?? "unanswered" };
  };
  const [state, action, pending] = useActionState(submit, { login: "", error: null });
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // What is to be typed again is where the cursor goes.
    if (state.error)
      form.current?.querySelector<HTMLElement>(state.login ? "[name=password]" : "[name=username]")?.focus();
  }, [state]);
  return (
    <form ref={form} action={action} className="grid gap-4">
      <h1 className="text-lg font-semibold">{t("title")}</h1>
      <Field
        key={state.login}
        label={t("login")}
        name="username"
        defaultValue={state.login}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        className="h-9 text-base"
      />
      <PasswordField label={t("password")} name="password" autoComplete="current-password" />
      <FormError>{state.error && sentence(state.error, t)}</FormError>
      <Button type="submit" variant="primary" size="large" aria-disabled={pending} className="mt-0.5 w-full">
        {pending ? t("submitting") : t("submit")}
      </Button>
    </form>
  );
}

function sentence(error: Refusal, t: ReturnType<typeof useTranslations<"login">>): string {
  if (error === "missing") return t("missing");
  if (error === "unanswered") return t("unavailable");
  switch (error.code) {
    case "too_many_requests":
      return error.retryAfterSeconds
        ? t("throttled", { seconds: Math.ceil(error.retryAfterSeconds) })
        : t("throttledUnknown");
    case "unauthenticated":
      return t("wrong");
    case "invalid":
      return t("missing");
    case "forbidden":
      return t("refused");
    default:
      return t("unavailable");
  }
}
