// Refresh tokens: what renews an API client's access token, once each.
import type { Transaction } from "../db";
import { type Client, createSession, hashOf, newSecret, SESSION_LIFETIME } from "./sessions";

const DAY_MS = 86_400_000;
/** A refresh token holds a week; those of one sign-in together as long as a browser's session at most. */
const REFRESH_LIFETIME_MS = 7 * DAY_MS;
const FAMILY_LIFETIME_MS = SESSION_LIFETIME.browser.totalMs;

/** What one sign-in of an API client has come to: whose it is and when it began. */
export interface Family {
  id: string;
  userId: string;
  startedAt: Date;
}

/** An access token with the refresh token for after it. Both secrets are given out here once and stored as hashes only. */
export interface TokenPair {
  /** The access token's session. */
  id: string;
  secret: string;
  expiresAt: Date;
  refresh: RefreshToken;
}

export interface RefreshToken {
  token: string;
  /** How long it holds, from now. */
  maxAgeSeconds: number;
}

/** Makes a pair of tokens that ends with its family. */
export async function createTokenPair(
  transaction: Transaction,
  { family, client }: { family: Family; client: Client },
  now: Date,
): Promise<TokenPair> {
  const { id: familyId, userId, startedAt } = family;
  const access = await createSession(transaction, { userId, kind: "bearer", client, familyId }, now);
  const token = newSecret();
  const end = Math.min(now.getTime() + REFRESH_LIFETIME_MS, startedAt.getTime() + FAMILY_LIFETIME_MS);
  await transaction.refreshToken.create({
    data: {
      familyId,
      userId,
      tokenHash: hashOf(token),
      createdAt: now,
      expiresAt: new Date(end),
      ip: client.ip,
      userAgent: client.userAgent?.slice(0, 400) ?? null,
    },
  });
  return { ...access, refresh: { token, maxAgeSeconds: Math.round((end - now.getTime()) / 1_000) } };
}
