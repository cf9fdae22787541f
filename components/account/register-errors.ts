import type { ActionResult } from "@/lib/http/action";
import { RULES } from "./password-errors";

type Refusal = Extract<ActionResult<unknown>, { ok: false }>["error"];
type PasswordRule = (typeof RULES)[number];

/** Which sentences to show at which field; `form` concerns all of it. */
export interface RegisterErrors {
  login?: true;
  email?: true;
  password?: PasswordRule[];
  repeat?: true;
  form?: "missing" | "throttled" | "full" | "closed" | "failed";
  minutes?: number;
}

/** Sorts what the server refused by field. @param error undefined when the server did not answer */
export function readRegisterErrors(error: Refusal | undefined): RegisterErrors {
  switch (error?.code) {
    case "too_many_requests":
      return { form: "throttled", minutes: Math.ceil((error.retryAfterSeconds ?? 3_600) / 60) };
    case "forbidden":
      return { form: "closed" };
    case "unavailable":
      // Only a waiting line that is full asks for a day.
      return { form: (error.retryAfterSeconds ?? 0) > 3_600 ? "full" : "failed" };
    case "invalid":
      return fieldErrors(error);
    default:
      return { form: "failed" };
  }
}

function fieldErrors({ fields }: Refusal): RegisterErrors {
  const at = (path: string) => fields.filter((field) => field.path === path);
  const password = at("password").map(({ rule }) => RULES.find((known) => known === rule) ?? ("other" as const));
  const errors: RegisterErrors = {
    ...(at("login").length > 0 && { login: true }),
    ...(at("email").length > 0 && { email: true }),
    ...(password.length > 0 && { password }),
  };
  return Object.keys(errors).length > 0 ? errors : { form: "failed" };
}
