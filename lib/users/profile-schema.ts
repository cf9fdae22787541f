// What people see and send of their own profile.
import { z } from "zod";
import { LOCALES } from "../i18n/locales";
import { THEMES } from "../theme";
import { isTimeZone } from "../time";
import { SCOPES } from "./permissions";
import { emailSchema, userSchema } from "./schema";

export const profileSchema = userSchema
  .pick({
    id: true,
    login: true,
    username: true,
    email: true,
    role: true,
    status: true,
    is_active: true,
    created_at: true,
    last_login: true,
    must_change_password: true,
  })
  .extend({
    language: z.enum(LOCALES).nullable().describe("null: the browser's"),
    theme: z.enum(THEMES).nullable().describe("null: the system's"),
    time_zone: z.string().nullable().describe("IANA name; null: the browser's"),
    totp_enabled: z.boolean().describe("Whether signing in needs a code as well"),
  });
export type Profile = z.output<typeof profileSchema>;

export const profileChangesSchema = z.strictObject({
  email: z.union([z.literal("").transform(() => null), emailSchema, z.null()]).optional(),
  language: z.enum(LOCALES, `Language: ${LOCALES.join(" or ")}`).nullish(),
  theme: z.enum(THEMES, `Theme: ${THEMES.join(", ")}`).nullish(),
  time_zone: z.string().max(100).refine(isTimeZone, "Time zone: an IANA name such as Europe/Berlin").nullish(),
});
export type ProfileChanges = z.output<typeof profileChangesSchema>;

const currentPassword = z.string().min(1, "Current password: enter it").max(1_000);
const code = z.string().min(1, "Code: enter it").max(100, "Code: at most 100 characters");
export const beginTotpSchema = z.object({ current_password: currentPassword });
export const confirmTotpSchema = z.object({ code });
export type ConfirmTotp = z.output<typeof confirmTotpSchema>;
/** `code`: of the authenticator app, or a recovery code. */
export const proveTotpSchema = z.object({ current_password: currentPassword, code });
export type ProveTotp = z.output<typeof proveTotpSchema>;

export const totpStateSchema = z.object({
  enabled: z.boolean(),
  enabled_at: z.iso.datetime().nullable(),
  required: z.boolean().describe("Whether the settings ask this user for a second factor"),
  recovery_codes_left: z.int().describe("Recovery codes that were not used yet"),
});
export type TotpState = z.output<typeof totpStateSchema>;
export const totpBegunSchema = z.object({
  secret: z.string().describe("The key for the authenticator app in base32, this once"),
  otpauth_uri: z.string().describe("The same as an address, for a QR code"),
});
export type TotpBegun = z.output<typeof totpBegunSchema>;
export const recoveryCodesSchema = z.object({
  recovery_codes: z.array(z.string()).describe("This once; each is good once"),
});

export const newTokenSchema = z.object({
  name: z.string().trim().min(1, "Name: enter one").max(100, "Name: at most 100 characters"),
  scopes: z.array(z.enum(SCOPES)).min(1, "Scopes: choose at least one").max(SCOPES.length),
  expires_at: z.iso.datetime({ offset: true, error: "Expiry: a moment such as 2027-01-31T12:00:00Z" }).nullish(),
});
export type NewToken = z.output<typeof newTokenSchema>;

export const tokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().describe("The first characters, to tell it apart"),
  scopes: z.array(z.enum(SCOPES)),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable().describe("Written at most once a minute"),
  last_used_ip: z.string().nullable(),
});
export type OwnToken = z.output<typeof tokenSchema>;
export const createdTokenSchema = tokenSchema.extend({ token: z.string().describe("The token itself, this once") });
export type CreatedToken = z.output<typeof createdTokenSchema>;
