// next-auth for browsers: credentials in, an encrypted cookie out; the truth about the session stays in our table.
import type { AuthOptions, User } from "next-auth";
import type { JWT } from "next-auth/jwt";
import credentialsProvider from "next-auth/providers/credentials";
import { env } from "../env";
import { log } from "../log";
import { credentialsSchema } from "../users/schema";
import { findSession, type LiveSession } from "../users/sessions";
import { openSession } from "../users/sign-in";
import { closeSession } from "../users/sign-out";
import { actorOf } from "./actor";
import { clientOf, type RequestClient } from "./client";
import { parseInput } from "./input";
import { safePath } from "./safe-path";
import { COOKIE_MAX_AGE_SECONDS, sessionCookieOptions } from "./session-cookie";
import { sessionCookieName } from "./session-cookie-name";

interface NewSession extends User {
  secret: string;
}

/**
 * The options for one request: cookies depend on whether it came by HTTPS.
 * @param onRefusal is told the error that kept somebody out; next-auth itself passes on its text only
 */
export function authOptions(headers: Headers, onRefusal: (error: unknown) => void): AuthOptions {
  const client = clientOf(headers);
  return {
    secret: env().AUTH_SECRET,
    session: { strategy: "jwt", maxAge: COOKIE_MAX_AGE_SECONDS },
    useSecureCookies: client.secure,
    cookies: {
      sessionToken: { name: sessionCookieName(client.secure), options: sessionCookieOptions(client.secure) },
    },
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    providers: [passwordProvider(client, onRefusal)],
    callbacks: { jwt: keepSession, session: describeSession, redirect: ownAddress },
    events: {
      async signOut() {
        const actor = await actorOf(headers);
        if (actor) await closeSession(actor);
      },
    },
    logger: {
      error: (code) => log.debug({ source: "http", code }, "next-auth refused"),
      warn: (code) => log.debug({ source: "http", code }, "next-auth warned"),
      debug: () => {},
    },
  };
}

function passwordProvider(client: RequestClient, onRefusal: (error: unknown) => void) {
  return credentialsProvider({
    name: "password",
    credentials: { username: {}, password: {}, otp: {} },
    async authorize(given): Promise<NewSession> {
      try {
        const credentials = parseInput(credentialsSchema, given, "form");
        const { id, secret } = await openSession(credentials, { kind: "browser", client });
        return { id, secret };
      } catch (error) {
        onRefusal(error);
        throw new Error("refused");
      }
    },
  });
}

/** Where next-auth sends people: a path of ours under its own idea of our address, which the route corrects. */
function ownAddress({ url, baseUrl }: { url: string; baseUrl: string }): string {
  return baseUrl + safePath(url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url);
}

type Callbacks = NonNullable<AuthOptions["callbacks"]>;

/** What the cookie holds: at sign-in the new session, later the same again, if its row still holds. */
const keepSession: Callbacks["jwt"] = async ({ token, user }) => {
  if (user) return { sid: user.id, key: (user as NewSession).secret };
  await liveSession(token);
  return { sid: token.sid, key: token.key };
};

/** Thrown errors make next-auth answer `{}` and clear the cookie. */
async function liveSession(token: JWT): Promise<LiveSession> {
  const session = await findSession("browser", String(token.key), new Date());
  if (session?.id !== token.sid || !session) throw new Error("The session has ended");
  return session;
}

/** What `/api/auth/session` tells the page; the secret stays in the cookie. */
const describeSession: Callbacks["session"] = async ({ token }) => {
  const session = await liveSession(token);
  const { login, email, role, mustChangePassword } = session.user;
  const user = { name: login, email, role, must_change_password: mustChangePassword };
  return { user, expires: session.expiresAt.toISOString() };
};
