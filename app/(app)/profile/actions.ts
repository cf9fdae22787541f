"use server";
import { z } from "zod";
import { type ActionResult, action } from "@/lib/http/action";
import { endOtherSessions, endOwnSession } from "@/lib/users/own-sessions";
import { createToken as createTokenVerb, revokeToken as revokeTokenVerb } from "@/lib/users/own-tokens";
import { updateProfile } from "@/lib/users/profile";
import {
  beginTotpSchema,
  type CreatedToken,
  confirmTotpSchema,
  newTokenSchema,
  profileChangesSchema,
  proveTotpSchema,
} from "@/lib/users/profile-schema";
import { type QrCode, qrCode } from "@/lib/users/qr-code";
import {
  beginTotp as beginTotpVerb,
  confirmTotp as confirmTotpVerb,
  disableTotp as disableTotpVerb,
  newRecoveryCodes as newRecoveryCodesVerb,
} from "@/lib/users/totp-enrolment";

/** Takes `{email?, time_zone?}`. */
export async function saveProfile(input: unknown): Promise<ActionResult<object>> {
  return save(input);
}
const save = action(profileChangesSchema.pick({ email: true, time_zone: true }), async (actor, changes) => {
  await updateProfile(actor, changes);
  return {};
});

/** Takes `{current_password}`. */
export async function beginTotp(input: unknown): Promise<ActionResult<{ secret: string; qr: QrCode }>> {
  return begin(input);
}
const begin = action(beginTotpSchema, async (actor, input) => {
  const { secret, otpauth_uri } = await beginTotpVerb(actor, input);
  return { secret, qr: qrCode(otpauth_uri) };
});

/** Takes `{code}`; answers with the recovery codes, this once. */
export async function confirmTotp(input: unknown): Promise<ActionResult<string[]>> {
  return confirm(input);
}
const confirm = action(confirmTotpSchema, confirmTotpVerb);

/** Takes `{current_password, code}`. */
export async function disableTotp(input: unknown): Promise<ActionResult<object>> {
  return disable(input);
}
const disable = action(proveTotpSchema, async (actor, input) => {
  await disableTotpVerb(actor, input);
  return {};
});

/** Takes `{current_password, code}`; answers with the recovery codes, this once. */
export async function newRecoveryCodes(input: unknown): Promise<ActionResult<string[]>> {
  return renew(input);
}
const renew = action(proveTotpSchema, newRecoveryCodesVerb);

const one = z.object({ id: z.uuid() });

/** Takes `{id}`. */
export async function endSession(input: unknown): Promise<ActionResult<object>> {
  return endOne(input);
}
const endOne = action(one, async (actor, input) => {
  await endOwnSession(actor, input);
  return {};
});

/** Takes nothing. */
export async function endOthers(): Promise<ActionResult<{ ended_sessions: number }>> {
  return endAllOthers({});
}
const endAllOthers = action(z.object({}), (actor) => endOtherSessions(actor));

/** Takes `{name, scopes, expires_at}`; answers with the token, this once. */
export async function createToken(input: unknown): Promise<ActionResult<CreatedToken>> {
  return create(input);
}
const create = action(newTokenSchema, createTokenVerb);

/** Takes `{id}`. */
export async function revokeToken(input: unknown): Promise<ActionResult<object>> {
  return revoke(input);
}
const revoke = action(one, async (actor, input) => {
  await revokeTokenVerb(actor, input);
  return {};
});
