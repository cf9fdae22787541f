// Who has to have a second factor. Pure.
import type { Settings } from "../settings/schema";
import type { Role } from "./permissions";

/** Whether the setting `totp_required` asks users of a role for a second factor. */
export function obliges(required: Settings["totp_required"], role: Role): boolean {
  return required === "everyone" || (required === "admins" && role === "admin");
}
