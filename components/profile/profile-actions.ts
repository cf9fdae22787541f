import type { ActionResult } from "@/lib/http/action";
import type { Locale } from "@/lib/i18n/locales";
import type { CreatedToken, NewToken } from "@/lib/users/profile-schema";
import type { QrCode } from "@/lib/users/qr-code";

type Answer<Data = object> = Promise<ActionResult<Data>>;
type Proof = { current_password: string; code: string };

/** What it takes to set a second factor up. */
export interface EnrolActions {
  beginTotp(input: { current_password: string }): Answer<{ secret: string; qr: QrCode }>;
  confirmTotp(input: { code: string }): Answer<string[]>;
}

/** What people change of their own; the page hands these server actions in. */
export interface ProfileActions extends EnrolActions {
  saveProfile(input: { email?: string; time_zone?: string | null }): Answer;
  saveLanguage(language: Locale): Promise<void>;
  changePassword(input: { current_password: string; new_password: string }): Answer<{ ended_sessions: number }>;
  disableTotp(input: Proof): Answer;
  newRecoveryCodes(input: Proof): Answer<string[]>;
  endSession(input: { id: string }): Answer;
  endOthers(): Answer<{ ended_sessions: number }>;
  createToken(input: NewToken): Answer<CreatedToken>;
  revokeToken(input: { id: string }): Answer;
}
