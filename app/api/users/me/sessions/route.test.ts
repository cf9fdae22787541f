import { describe, expect, it } from "vitest";
import { prisma } from "@/lib/db";
import { createSession } from "@/lib/users/sessions";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { signedIn } from "@/tests/support/users";
import { DELETE as endOne } from "./[id]/route";
import { DELETE as endOthers, GET as list } from "./route";

withDatabase();

const PATH = "http://localhost:3000/api/users/me/sessions";
const own = { origin: "http://localhost:3000" };
const end = (id: string, headers: Record<string, string>) =>
  endOne(new Request(`${PATH}/${id}`, { method: "DELETE", headers }), { params: Promise.resolve({ id }) });

async function twoBrowsers() {
  const one = await signedIn({ role: "viewer" });
  const opening = { userId: one.user.id, kind: "browser", client: { ip: "192.0.2.7", userAgent: "Firefox" } } as const;
  return { ...one, other: await createSession(prisma(), opening, new Date()) };
}
const ids = async (headers: Record<string, string>) => {
  const answer = await (await list(new Request(PATH, { headers }))).json();
  expect(list.operation.response?.safeParse(answer).error).toBeUndefined();
  return (answer.items as { id: string }[]).map(({ id }) => id).sort();
};

describe("/api/users/me/sessions", () => {
  it("lists them, ends one, and ends all others", async () => {
    const { session, other, headers } = await twoBrowsers();
    expect(await ids(headers)).toEqual([session.id, other.id].sort());
    expect((await end(other.id, { ...headers, ...own })).status).toBe(204);
    expect(await ids(headers)).toEqual([session.id]);
    const response = await endOthers(new Request(PATH, { method: "DELETE", headers: { ...headers, ...own } }));
    expect(await response.json()).toEqual({ ended_sessions: 0 });
    expect((await end(session.id, { ...headers, ...own })).status).toBe(204);
    expect((await list(new Request(PATH, { headers }))).status).toBe(401);
  });

  it("answers 404 for what is not the asker's, and for what is no id", async () => {
    const [mine, theirs] = [await twoBrowsers(), await twoBrowsers()];
    for (const id of [theirs.other.id, "all", "'; DROP TABLE sessions"]) {
      expect((await end(id, { ...mine.headers, ...own })).status).toBe(404);
    }
    expect(await ids(theirs.headers)).toHaveLength(2);
  });

  it("lets no other site end anything", async () => {
    const { other, headers } = await twoBrowsers();
    expect((await end(other.id, { ...headers, origin: "https://evil.example" })).status).toBe(403);
    expect(await ids(headers)).toContain(other.id);
  });
});
