import type { Socket } from "node:net";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { Session } from "./session";

/** A session through a pooler; `answer` gives the rows of a message, or throws. */
function pooledSession(answer: (text: string) => unknown[]) {
  const sent: string[] = [];
  const client = {
    on: () => client,
    end: async () => {},
    query: async ({ text }: { text: string }) => {
      sent.push(text.split(" ")[0] ?? "");
      return { rows: answer(text) };
    },
  };
  const session = new Session({
    ...{ client: client as unknown as pg.Client, socket: { destroy: () => {}, destroyed: false } as unknown as Socket },
    ...{ version: 18, pooled: true, verified: "nothing", spent: { queries: 0, ms: 0 } },
    context: { address: "db1:6432", password: "", otherwise: "unreachable" },
    cancel: async () => {},
  });
  return { session, sent };
}

describe("a session through a pooler", () => {
  it("ends a transaction whose beginning failed half way: what comes next would be refused for ever", async () => {
    let fails = true;
    const { session, sent } = pooledSession((text) => {
      if (fails && text.startsWith("BEGIN")) throw Object.assign(new Error("no"), { severity: "ERROR", code: "57014" });
      return [];
    });
    await expect(session.query("SELECT 1")).rejects.toMatchObject({ code: "timeout" });
    fails = false;
    await session.query("SELECT 1");
    expect(sent).toEqual(["BEGIN", "ROLLBACK", "BEGIN", "SELECT", "COMMIT"]);
  });

  it("sends nothing more when it was closed while the pooler had no connection to lend", async () => {
    const { session, sent } = pooledSession((text) => {
      if (text.startsWith("BEGIN")) void session.close();
      return [];
    });
    expect(session.busy).toBe(false);
    const asked = session.query("SELECT 1");
    expect(session.busy).toBe(true);
    await expect(asked).rejects.toMatchObject({ code: "unreachable" });
    expect([sent, session.busy]).toEqual([["BEGIN", "ROLLBACK"], false]);
  });

  it("knows which server answered", async () => {
    const servers = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"];
    const { session } = pooledSession((text) => (text.startsWith("BEGIN") ? [{ started: servers.shift() }] : []));
    expect(session.origin).toBeNull();
    await session.query("SELECT 1");
    expect(session.origin).toBe("2026-01-01T00:00:00Z");
    await session.query("SELECT 1");
    expect(session.origin).toBe("2026-01-02T00:00:00Z");
  });
});
