import { describe, expect, it } from "vitest";
import { POST } from "../../app/api/ws/ticket/route";
import { useDatabase } from "../../tests/support/database";
import { apiToken, createUser, signIn, useLive } from "../../tests/support/live";
import { pool } from "../db";

useDatabase();
const live = useLive();

async function ticketFor(headers: Record<string, string>, status = 200): Promise<string> {
  const request = new Request("http://127.0.0.1/api/ws/ticket", { method: "POST", headers });
  const response = await POST(request);
  expect(response.status).toBe(status);
  const body = await response.json();
  if (status === 200) expect(body).toEqual({ ticket: expect.stringMatching(/^[\w-]{43}$/), expires_in: 30 });
  return body.ticket;
}

/** Comes from another site's page, with the cookie that a browser adds. */
const open = (ticket: string, headers: Record<string, string> = { origin: "http://elsewhere.example" }) =>
  live.app.connect(headers, { path: `/ws/stats?ticket=${ticket}` });

describe("a ticket", () => {
  it("opens one connection, from anywhere", async () => {
    const ticket = await ticketFor(live.bearer);
    const client = open(ticket);
    await client.first("snapshot");
    expect(await open(ticket).closedWith()).toBe(4401);
    expect(client.closed).toBeUndefined();
  });

  it("opens one of several that try at once", async () => {
    const ticket = await ticketFor(live.bearer);
    const clients = [1, 2, 3, 4].map(() => open(ticket));
    const codes = await Promise.all(
      clients.map((client) => Promise.race([client.first("snapshot").then(() => 0), client.closedWith()])),
    );
    expect(codes.toSorted()).toEqual([0, 4401, 4401, 4401]);
  });

  it("is not kept as it is", async () => {
    const ticket = await ticketFor(live.bearer);
    const { rows } = await pool().query("SELECT encode(ticket_hash, 'escape') AS hash FROM ws_tickets");
    expect(JSON.stringify(rows)).not.toContain(ticket);
  });

  it("is too old after 30 s, and forgotten with the next one", async () => {
    const ticket = await ticketFor(live.bearer);
    const { rows } = await pool().query(
      "SELECT extract(epoch FROM max(until) - now())::float8 AS left FROM ws_tickets",
    );
    expect(rows[0].left).toBeGreaterThan(20);
    expect(rows[0].left).toBeLessThanOrEqual(30);
    await pool().query("UPDATE ws_tickets SET until = now() - interval '1 millisecond'");
    expect(await open(ticket).closedWith()).toBe(4401);
    await ticketFor(live.bearer);
    expect((await pool().query("SELECT FROM ws_tickets WHERE until < now()")).rowCount).toBe(0);
  });

  it("opens nothing once the session has ended that asked for it, nor for a blocked user", async () => {
    const user = await createUser("leaving", "operator");
    const session = await signIn(user);
    const [first, second] = [await ticketFor(session.headers), await ticketFor((await signIn(user)).headers)];
    await pool().query("UPDATE sessions SET revoked_at = now() WHERE id = $1", [session.id]);
    expect(await open(first).closedWith()).toBe(4401);
    await pool().query("UPDATE users SET status = 'blocked' WHERE id = $1", [user]);
    expect(await open(second).closedWith()).toBe(4401);
  });

  it("opens nothing more than its owner may, whatever became of that", async () => {
    const user = await createUser("owing", "operator");
    const ticket = await ticketFor((await signIn(user)).headers);
    await pool().query("UPDATE users SET must_change_password = true WHERE id = $1", [user]);
    expect(await open(ticket).closedWith()).toBe(4403);
  });

  it("stands for the session: the connection ends with it", async () => {
    const session = await signIn(await createUser("ended", "viewer"));
    const client = open(await ticketFor(session.headers));
    await client.first("snapshot");
    await pool().query("UPDATE sessions SET revoked_at = now() WHERE id = $1", [session.id]);
    expect(await client.closedWith()).toBe(4401);
  });

  it("stands for an API token with its scopes, and ends with it", async () => {
    const user = await createUser("scripted", "operator");
    const client = open(await ticketFor(await apiToken(user, ["read"])));
    await client.first("snapshot");
    await ticketFor(await apiToken(user, ["streams:write"]), 403);
    await pool().query("UPDATE api_tokens SET revoked_at = now() WHERE user_id = $1", [user]);
    expect(await client.closedWith()).toBe(4401);
  });

  it("is given to nobody without a session", async () => {
    await ticketFor({}, 401);
  });

  it.each(["", "x", "%00", "x".repeat(10_000)])(
    "that is none opens nothing, whatever cookie comes with it",
    async (ticket) => {
      const { headers } = await signIn(await createUser(`cookie-${ticket.length}-${ticket[0]}`, "viewer"), "browser");
      const client = open(ticket, { ...headers, origin: live.app.origin });
      expect(await client.closedWith()).toBe(4401);
      expect(client.messages).toEqual([]);
    },
  );
});
