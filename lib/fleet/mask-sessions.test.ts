import { expect, it } from "vitest";
import { maskSessions } from "./mask-sessions";
import type { LiveSession } from "./sessions-schema";

const session = (pid: number, query: string | null) => ({ pid, query }) as LiveSession;

it("hides the literals of every session, whoever was seen before, and keeps all the rest", async () => {
  const many = Array.from({ length: 130 }, (_, pid) => session(pid, pid % 10 === 0 ? null : `SELECT 'mark', a${pid}`));
  const masked = many.map(({ pid, query }) => session(pid, query && `SELECT ?, a${pid}`));
  expect(await maskSessions(2, many)).toEqual(masked);
  expect(await maskSessions(2, [...many, session(500, "SELECT 'new mark'")])).toEqual([
    ...masked,
    session(500, "SELECT ?"),
  ]);
  expect(many[1]?.query).toBe("SELECT 'mark', a1");
});

it("lets others have their turn while it hides those of many", async () => {
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 0);
  await maskSessions(
    3,
    Array.from({ length: 1_000 }, (_, pid) => session(pid, `SELECT ${"a + 1 + ".repeat(200)} ${pid}`)),
  );
  clearInterval(counting);
  expect(turns).toBeGreaterThan(2);
});
