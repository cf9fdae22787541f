"use server";
// Sign in, sign out, change the password: server actions for the pages, e.g.
//   const result = await signIn({ username, password, next });   // { ok: true, data: { next, must_change_password } }
//   if (result.ok) window.location.assign(result.data.next);     // the cookie is set; { ok: false, error } otherwise

import { cookies, headers } from "next/headers";
import { z } from "zod";
import { changePassword as changePasswordVerb } from "../users/change-password";
import { changePasswordSchema, credentialsSchema } from "../users/schema";
import { openSession } from "../users/sign-in";
import { closeSession } from "../users/sign-out";
import { type ActionResult, action, publicAction } from "./action";
import { currentActor } from "./actor";
import { clientOf } from "./client";
import { safePath } from "./safe-path";
import { COOKIE_MAX_AGE_SECONDS, sealSession, sessionCookieOptions } from "./session-cookie";
import { SESSION_COOKIE_NAMES, sessionCookieName } from "./session-cookie-name";

const signInSchema = credentialsSchema.extend({ next: z.string().max(2_000).optional() });

/** Where to go next: the page that was asked for, or `/password` while a change is forced. */
export interface SignedIn {
  next: string;
  must_change_password: boolean;
}

/** Opens a session and sets its cookie. Takes `{username, password, next?}` or a form with these fields. */
export async function signIn(input: unknown): Promise<ActionResult<SignedIn>> {
  return signInAction(input);
}

const signInAction = publicAction(signInSchema, async (client, { next, ...credentials }): Promise<SignedIn> => {
  const session = await openSession(credentials, { kind: "browser", client });
  const options = { ...sessionCookieOptions(client.secure), maxAge: COOKIE_MAX_AGE_SECONDS };
  (await cookies()).set(sessionCookieName(client.secure), await sealSession(session), options);
  const mustChange = session.mustChangePassword;
  return { next: mustChange ? "/password" : safePath(next), must_change_password: mustChange };
});

/** Ends the session on the server and takes its cookie away; succeeds without a session too. */
export async function signOut(): Promise<ActionResult<{ next: string }>> {
  return signOutAction({});
}

const signOutAction = publicAction(z.object({}), async () => {
  const actor = await currentActor();
  if (actor) await closeSession(actor);
  const { secure } = clientOf(await headers());
  const jar = await cookies();
  for (const name of SESSION_COOKIE_NAMES) jar.set(name, "", { ...sessionCookieOptions(secure), maxAge: 0 });
  return { next: "/login" };
});

/** Takes `{current_password, new_password}`; `error.fields` name each broken rule in `rule`. */
export async function changePassword(input: unknown): Promise<ActionResult<{ ended_sessions: number }>> {
  return changePasswordAction(input);
}

const changePasswordAction = action(changePasswordSchema, changePasswordVerb);
