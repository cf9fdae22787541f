"use server";
import { z } from "zod";
import { type ActionResult, action } from "@/lib/http/action";
import {
  approveUser,
  blockUser,
  createUser as createVerb,
  deleteUser,
  endSessions as endSessionsVerb,
  rejectUser,
  resetPassword as resetPasswordVerb,
  resetSecondFactor as resetSecondFactorVerb,
  unblockUser,
  updateUser,
} from "@/lib/users/mutations";
import { ROLES } from "@/lib/users/permissions";
import { createUserSchema, rejectionSchema, userChangesSchema } from "@/lib/users/schema";

const named = z.object({ login: z.string().max(50), etag: z.string().max(100) });
const role = z.enum(ROLES);

/** Takes `{login, email, role}`; answers with the generated password, this once. */
export async function createUser(input: unknown): Promise<ActionResult<{ password?: string | undefined }>> {
  return create(input);
}
const create = action(createUserSchema, async (actor, input) => {
  const { password } = await createVerb(actor, input);
  return { password };
});

/** Takes `{login, etag, email, role}`. */
export async function editUser(input: unknown): Promise<ActionResult<object>> {
  return edit(input);
}
const edit = action(
  named.extend({ email: userChangesSchema.shape.email, role }),
  async (actor, { login, etag, ...changes }) => {
    await updateUser(actor, login, changes, { ifMatch: etag });
    return {};
  },
);

/** Takes `{login, etag, role}`. */
export async function approve(input: unknown): Promise<ActionResult<object>> {
  return approveApplicant(input);
}
const approveApplicant = action(named.extend({ role }), async (actor, { login, etag, role }) => {
  await approveUser(actor, login, { ifMatch: etag, role });
  return {};
});

/** Takes `{login, etag, reason}`. */
export async function reject(input: unknown): Promise<ActionResult<object>> {
  return rejectApplicant(input);
}
const rejectApplicant = action(
  named.extend({ reason: rejectionSchema.shape.reason }),
  async (actor, { login, etag, reason = null }) => {
    await rejectUser(actor, login, { ifMatch: etag, reason });
    return {};
  },
);

/** An action on one user that needs nothing but the name. */
const on = (verb: (actor: Parameters<typeof blockUser>[0], login: string, options: { ifMatch: string }) => unknown) =>
  action(named, async (actor, { login, etag }) => {
    await verb(actor, login, { ifMatch: etag });
    return {};
  });
const blockAction = on(blockUser);
const unblockAction = on(unblockUser);
const resetSecondFactorAction = on(resetSecondFactorVerb);
const endSessionsAction = on(endSessionsVerb);
const removeAction = on(deleteUser);

/** Takes `{login, etag}`. */
export async function block(input: unknown): Promise<ActionResult<object>> {
  return blockAction(input);
}

/** Takes `{login, etag}`. */
export async function unblock(input: unknown): Promise<ActionResult<object>> {
  return unblockAction(input);
}

/** Takes `{login, etag}`; answers with the generated password, this once. */
export async function resetPassword(input: unknown): Promise<ActionResult<{ password: string }>> {
  return resetPasswordAction(input);
}
const resetPasswordAction = action(named, async (actor, { login, etag }) => {
  const { password } = await resetPasswordVerb(actor, login, { ifMatch: etag });
  return { password };
});

/** Takes `{login, etag}`. */
export async function resetSecondFactor(input: unknown): Promise<ActionResult<object>> {
  return resetSecondFactorAction(input);
}

/** Takes `{login, etag}`. */
export async function endSessions(input: unknown): Promise<ActionResult<object>> {
  return endSessionsAction(input);
}

/** Takes `{login, etag}`. */
export async function removeUser(input: unknown): Promise<ActionResult<object>> {
  return removeAction(input);
}
