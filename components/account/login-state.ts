import type { useTranslations } from "next-intl";
import type { ActionResult } from "@/lib/http/action";

export interface SignInInput {
  username: string;
  password: string;
  next: string;
  otp?: string;
}

/** `missing`, `missing_code`: not even sent; `unanswered`: the server did not say anything. */
export type Refusal =
  | "missing"
  | "missing_code"
  | "unanswered"
  | Extract<ActionResult<unknown>, { ok: false }>["error"];

/** What the form keeps from one try to the next. */
export interface SignInState {
  login: string;
  /** Kept while the code is asked for, which nobody types twice. */
  password: string;
  /** Whether login and password were right, and the code is next. */
  step: "password" | "code";
  error: Refusal | null;
}

export const START: SignInState = { login: "", password: "", step: "password", error: null };

/**
 * Signs in with what the form holds.
 * @returns what the form shows next, or where the page goes. Never throws.
 */
export async function trySignIn(
  signIn: (input: SignInInput) => Promise<ActionResult<{ next: string }>>,
  form: FormData,
  next: string,
): Promise<SignInState | { next: string }> {
  const text = (name: string) => String(form.get(name) ?? "");
  const [login, password, otp] = [text("username").trim(), text("password"), text("otp").trim()];
  const kept: SignInState = { login, password, step: form.has("otp") ? "code" : "password", error: null };
  if (!login || !password) return { ...kept, password: "", error: "missing" };
  if (kept.step === "code" && !otp) return { ...kept, error: "missing_code" };
  const result = await signIn({ username: login, password, next, ...(otp && { otp }) }).catch(() => null);
  return result?.ok ? { next: result.data.next } : afterRefusal(kept, result?.error ?? "unanswered");
}

/** The code is asked for once the rest was right, and again until it is; whatever puts the rest in doubt goes back to it. */
function afterRefusal(kept: SignInState, error: Refusal): SignInState {
  const code = typeof error === "string" ? error : error.code;
  if (code === "otp_required") return { ...kept, step: "code", error: null };
  const inDoubt = code === "forbidden" || (code === "unauthenticated" && !isWrongCode(error));
  if (kept.step === "code" && !inDoubt) return { ...kept, error };
  return { ...kept, password: "", step: "password", error };
}

const isWrongCode = (error: Refusal): boolean =>
  typeof error !== "string" && error.fields.some((field) => field.path === "otp");

type Translate = ReturnType<typeof useTranslations<"login">>;

/** The refusal in the viewer's words. */
export function refusalText(error: Refusal, t: Translate): string {
  if (error === "missing") return t("missing");
  if (error === "missing_code") return t("missingCode");
  if (error === "unanswered") return t("unavailable");
  switch (error.code) {
    case "too_many_requests":
      return error.retryAfterSeconds
        ? t("throttled", { seconds: Math.ceil(error.retryAfterSeconds) })
        : t("throttledUnknown");
    case "unauthenticated":
      return t(isWrongCode(error) ? "wrongCode" : "wrong");
    case "invalid":
      return t(isWrongCode(error) ? "wrongCode" : "missing");
    case "forbidden":
      return statusText(error.fields, t);
    default:
      return t("unavailable");
  }
}

/** What became of an account that is not active; whoever reads it knew its password. */
function statusText(fields: readonly { path: string; message: string; rule?: string }[], t: Translate): string {
  const reason = fields.find(({ path }) => path === "reason")?.message;
  switch (fields.find(({ path }) => path === "status")?.rule) {
    case "pending":
      return t("status.pending");
    case "blocked":
      return t("status.blocked");
    case "rejected":
      return reason ? t("status.rejectedReason", { reason }) : t("status.rejected");
    default:
      return t("refused");
  }
}
