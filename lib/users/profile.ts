// The own account, as its owner sees and changes it.
import { appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { requireMatch } from "../etag";
import { requireFreeEmail } from "./change-user";
import { lockUsers } from "./last-admin";
import { ownUser } from "./own-user";
import { type Actor, type Person, requireActor, requirePermission, requirePerson } from "./permissions";
import { type Profile, type ProfileChanges, profileSchema } from "./profile-schema";
import { type Limit, takeAttempt } from "./throttle";
import { diffOf } from "./user-changes";

/**
 * Who the actor is. Open to everyone who is signed in, tokens too, also before a forced password change.
 * @throws AppError unauthenticated; forbidden for Dozor itself
 */
export async function readProfile(actor: Actor | null): Promise<Profile> {
  requireActor(actor);
  if (actor.tokenId === null) requirePerson(actor);
  return profileOf(prisma(), actor.userId ?? "");
}

/**
 * Changes e-mail address, language, theme and time zone; null goes back to the browser's.
 * @param ifMatch entity tag under which the profile was read
 * @throws AppError unauthenticated, forbidden (tokens too), precondition_failed, conflict (the address is another user's),
 *   too_many_requests (more than ten new addresses an hour)
 */
export async function updateProfile(
  actor: Actor | null,
  changes: ProfileChanges,
  { ifMatch = null, now = new Date() }: { ifMatch?: string | null; now?: Date } = {},
): Promise<Profile> {
  requirePerson(actor);
  requirePermission(actor, "profile:write");
  const asksForAddress = changes.email != null && changes.email !== actor.email;
  if (asksForAddress) await takeAttempt([addressesAsked(actor)], now);
  return change(actor, changes, { ifMatch, now });
}

/** An address that is refused is another user's, and those are for administrators: nobody shall try a list of them. */
const addressesAsked = ({ userId }: Person): Limit => ({
  key: `email:account:${userId}`,
  attempts: 10,
  windowSeconds: 3_600,
});

/** How the interface looks to its owner. */
export type Preferences = Pick<ProfileChanges, "language" | "theme" | "time_zone">;

/** The same for looks alone, also before a forced password change. @throws AppError unauthenticated, forbidden (tokens too) */
export async function keepPreferences(actor: Actor | null, preferences: Preferences): Promise<void> {
  requirePerson(actor);
  await change(actor, preferences, { ifMatch: null, now: new Date() });
}

function change(
  actor: Person,
  changes: ProfileChanges,
  { ifMatch, now }: { ifMatch: string | null; now: Date },
): Promise<Profile> {
  const { userId: id } = actor;
  return prisma().$transaction(async (transaction) => {
    // Before the row, as everywhere: two who take one address at once must not both find it free.
    if (changes.email !== undefined) await lockUsers(transaction);
    await transaction.$queryRaw`SELECT 1 FROM users WHERE id = ${id}::uuid FOR UPDATE`;
    const before = await profileOf(transaction, id);
    requireMatch(ifMatch, before);
    const { email, language, theme, time_zone: timeZone } = { ...before, ...given(changes) };
    if (email !== before.email) await requireFreeEmail(transaction, email, id);
    await transaction.user.update({ where: { id }, data: { email, language, theme, timeZone, updatedAt: now } });
    const after = await profileOf(transaction, id);
    const details = diffOf(editable(before), editable(after));
    if (Object.keys(details).length > 0) {
      const target = { kind: "user", id, name: actor.login };
      await appendAudit(transaction, actor, { eventType: "user_updated", target, details });
    }
    return after;
  });
}

const editable = ({ email, language, theme, time_zone }: Profile) => ({ email, language, theme, time_zone });

/** The changes that were sent; what was left out stays. */
const given = (changes: ProfileChanges): Partial<Profile> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

async function profileOf(transaction: Transaction, id: string): Promise<Profile> {
  const user = await ownUser(transaction, id);
  return profileSchema.parse({
    ...user,
    username: user.login,
    is_active: user.status === "active",
    created_at: user.createdAt.toISOString(),
    last_login: user.lastLoginAt?.toISOString() ?? null,
    must_change_password: user.mustChangePassword,
    time_zone: user.timeZone,
    totp_enabled: user.totpConfirmedAt !== null,
  });
}
