"use client";
import { useTranslations } from "next-intl";
import { useActionState, useEffect, useRef } from "react";
import type { ActionResult } from "@/lib/http/action";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { FormError } from "./form-error";
import { refusalText, type SignInInput, type SignInState, START, trySignIn } from "./login-state";
import { PasswordField } from "./password-field";

interface LoginFormProps {
  signIn(input: SignInInput): Promise<ActionResult<{ next: string }>>;
  /** The page that was asked for. */
  next: string;
}

/** Login and password, then the code where there is a second factor; never tells which of the first two was wrong. */
export function LoginForm({ signIn, next }: LoginFormProps) {
  const t = useTranslations("login");
  const submit = async (before: SignInState, form: FormData | "back"): Promise<SignInState> => {
    if (form === "back") return { ...START, login: before.login };
    const after = await trySignIn(signIn, form, next);
    if (!("next" in after)) return after;
    window.location.assign(after.next);
    return { ...before, error: null };
  };
  const [state, action, pending] = useActionState(submit, START);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // What is to be typed (again) is where the cursor goes.
    const wanted = state.step === "code" ? "otp" : state.login ? "password" : "username";
    if (state !== START) form.current?.querySelector<HTMLElement>(`[name=${wanted}]`)?.focus();
  }, [state]);
  return (
    <form ref={form} action={action} className="grid gap-4">
      <h1 className="text-lg font-semibold">{t("title")}</h1>
      {state.step === "code" ? <CodeStep {...state} /> : <PasswordStep login={state.login} />}
      <FormError>{state.error && refusalText(state.error, t)}</FormError>
      <Button type="submit" variant="primary" size="large" aria-disabled={pending} className="mt-0.5 w-full">
        {pending ? t("submitting") : t("submit")}
      </Button>
      {state.step === "code" && (
        <Button type="submit" variant="ghost" formNoValidate formAction={() => action("back")}>
          {t("back")}
        </Button>
      )}
    </form>
  );
}

function PasswordStep({ login }: { login: string }) {
  const t = useTranslations("login");
  return (
    <>
      <Field
        key={login}
        label={t("login")}
        name="username"
        defaultValue={login}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        className="h-9 text-base"
      />
      <PasswordField label={t("password")} name="password" autoComplete="current-password" />
    </>
  );
}

function CodeStep({ login, password }: { login: string; password: string }) {
  const t = useTranslations("login");
  return (
    <>
      <p className="text-sm text-muted-foreground">{t("codeText", { login })}</p>
      <input type="hidden" name="username" value={login} />
      <input type="hidden" name="password" value={password} />
      <Field
        label={t("code")}
        hint={t("codeHint")}
        name="otp"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={100}
        className="h-9 font-mono text-base"
      />
    </>
  );
}
