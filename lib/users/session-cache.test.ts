// A session found a moment ago holds no longer than the database says, whichever instance changes it.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { signedIn } from "../../tests/support/users";
import { pool } from "../db";
import { hearChanges } from "../remembered";
import { findSessionAgain } from "./session-cache";

const database = useDatabase();
let stop: () => Promise<void>;
/** Another instance: it shares nothing with this process but the database. */
let other: pg.Client;

beforeAll(async () => {
  stop = await hearChanges();
  other = new pg.Client({ connectionString: database.url });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await stop();
});

describe("findSessionAgain", () => {
  it("asks the database once for what is asked again within 2 s", async () => {
    const { session } = await signedIn();
    const queries = vi.spyOn(pool(), "query");
    const first = await findSessionAgain("browser", session.secret, new Date());
    const asked = queries.mock.calls.length;
    expect(first?.id).toBe(session.id);
    expect(await findSessionAgain("browser", session.secret, new Date())).toEqual(first);
    expect(queries.mock.calls.length).toBe(asked);
    expect(await findSessionAgain("bearer", session.secret, new Date())).toBeNull();
    queries.mockRestore();
  });

  it.each([
    ["is revoked", "UPDATE sessions SET revoked_at = now() WHERE user_id = $1", null],
    ["is deleted", "DELETE FROM sessions WHERE user_id = $1", null],
    ["has a blocked user", "UPDATE users SET status = 'blocked' WHERE id = $1", null],
    ["has a user with another role", "UPDATE users SET role = 'viewer' WHERE id = $1", "viewer"],
  ])("sees at once that a session %s, changed by another instance", async (_, sql, role) => {
    const { session, user } = await signedIn();
    const find = () => findSessionAgain("browser", session.secret, new Date());
    expect((await find())?.user.role).toBe("admin");
    const began = performance.now();
    await other.query(sql, [user.id]);
    await expect.poll(async () => (await find())?.user.role ?? null, { interval: 5 }).toBe(role);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it("never gives a session after its end", async () => {
    const { session } = await signedIn();
    const found = await findSessionAgain("browser", session.secret, new Date());
    expect(await findSessionAgain("browser", session.secret, found?.expiresAt ?? new Date())).toBeNull();
  });

  it("notes the use of a session as before", async () => {
    const { session } = await signedIn({ now: new Date(Date.now() - 120_000) });
    await findSessionAgain("browser", session.secret, new Date());
    const { rows } = await other.query(
      "SELECT last_seen_at > now() - interval '5 s' AS seen FROM sessions WHERE id = $1",
      [session.id],
    );
    expect(rows).toEqual([{ seen: true }]);
  });
});
