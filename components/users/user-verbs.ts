import type { User } from "@/lib/users/schema";

/** What can be done with a user, by the name of its action. */
export type UserVerb =
  | "approve"
  | "reject"
  | "edit"
  | "resetPassword"
  | "resetSecondFactor"
  | "endSessions"
  | "block"
  | "unblock"
  | "remove";

type Shown = Pick<User, "status" | "second_factor" | "sessions">;

/** What the menu of a user offers: what the server would refuse in this state is left out. */
export function verbsOf({ status, second_factor: secondFactor, sessions }: Shown, own: boolean): UserVerb[] {
  if (own) return ["edit", ...(sessions > 1 ? ["endSessions" as const] : [])];
  const offered: [UserVerb, boolean][] = [
    ["approve", status === "pending" || status === "rejected"],
    ["reject", status === "pending"],
    ["edit", true],
    ["resetPassword", status === "active" || status === "blocked"],
    ["resetSecondFactor", secondFactor],
    ["endSessions", sessions > 0],
    ["block", status === "active"],
    ["unblock", status === "blocked"],
    ["remove", true],
  ];
  return offered.flatMap(([verb, offer]) => (offer ? [verb] : []));
}
