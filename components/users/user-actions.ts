import type { ActionResult } from "@/lib/http/action";
import type { Role } from "@/lib/users/permissions";
import type { User } from "@/lib/users/schema";

/** A user with the tag under which it is edited. */
export interface UserRow extends User {
  etag: string;
}

/** The user that an action is for; with the tag nothing is overwritten that the viewer has not seen. */
export interface Named {
  login: string;
  etag: string;
}

type Done = Promise<ActionResult<object>>;

/** What the page's viewer does with users; the page hands these server actions in. */
export interface UserActions {
  create(input: { login: string; email: string; role: Role }): Promise<ActionResult<{ password?: string | undefined }>>;
  update(input: Named & { email: string; role: Role }): Done;
  approve(input: Named & { role: Role }): Done;
  reject(input: Named & { reason: string }): Done;
  block(input: Named): Done;
  unblock(input: Named): Done;
  resetPassword(input: Named): Promise<ActionResult<{ password: string }>>;
  resetSecondFactor(input: Named): Done;
  endSessions(input: Named): Done;
  remove(input: Named): Done;
}
