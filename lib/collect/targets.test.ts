import { describe, expect, it } from "vitest";
import type { TargetSession } from "../postgres/connect";
import type { CollectedServer } from "./plan";
import { createTargets } from "./targets";

const server = (host: string): CollectedServer => ({
  ...{ id: 2, name: "shop", hostKind: null, ssh: null, intervals: {} },
  postgres: { host, port: 5432, user: "u", password: null, database: "d", sslmode: "disable", ca: null },
});

/** Sessions whose questions end when they are closed; those that are open, by host. */
function targets() {
  const open: string[] = [];
  const made = createTargets({
    async open({ postgres }) {
      const host = postgres?.host ?? "";
      open.push(host);
      let end = () => {};
      const ended = new Promise<never>((_, reject) => {
        end = () => reject(new Error("closed"));
      });
      ended.catch(() => {});
      const close = async () => {
        end();
        if (open.includes(host)) open.splice(open.indexOf(host), 1);
      };
      return { open: true, query: () => ended, close } as unknown as TargetSession;
    },
  });
  return { made, open };
}

describe("sessions of a server", () => {
  it("with slow questions end when it is asked elsewhere, and only then", async () => {
    const { made, open } = targets();
    const slow = made.withOwn(server("old"), (session) => session.query(""));
    await made.session(server("old"));
    expect(open).toEqual(["old", "old"]);
    await made.session(server("new"));
    await expect(slow).rejects.toThrow("closed");
    expect(open).toEqual(["new"]);
    await made.close();
  });
});
