// Sessions that are cancelled and ended on a server of any version.
import pg from "pg";
import { expect } from "vitest";
import { connectTarget, type TargetSession } from "../../../lib/postgres/connect";
import { type EndRequest, endSession } from "../../../lib/postgres/end-session";
import { eventually, targetOf } from "./peers";

/** Whom a request means: the session of that number, as it began. */
export async function sessionOf(watcher: TargetSession, pid: number): Promise<Omit<EndRequest, "verb">> {
  const [row] = await watcher.query("SELECT backend_start FROM pg_stat_activity WHERE pid = $1", [pid]);
  return { pid, backendStart: String(row?.backend_start) };
}

/** The moment a microsecond later. */
function later({ pid, backendStart }: Omit<EndRequest, "verb">): Omit<EndRequest, "verb"> {
  const [, whole, fraction = ""] = /^(.*:\d\d)(?:\.(\d+))?Z$/.exec(backendStart) ?? [];
  const micros = (Number(fraction.padEnd(6, "0")) + 1) % 1_000_000;
  return { pid, backendStart: `${whole}.${String(micros).padStart(6, "0")}Z` };
}

/** Expects that a role without more rights than it needs cancels, ends, and leaves alone who came after. */
export async function expectEndings(address: string, admin: pg.Client): Promise<void> {
  await admin.query("CREATE ROLE guard LOGIN IN ROLE pg_monitor, pg_signal_backend");
  await admin.query("CREATE ROLE clerk LOGIN REPLICATION");
  const { host, port } = admin;
  const guard = await connectTarget(targetOf(`${address}/postgres`, { user: "guard" }));
  const clerk = new pg.Client({ host, port, user: "clerk", database: "postgres" });
  const sender = new pg.Client({ host, port, user: "clerk", database: "postgres" });
  Object.assign((sender as unknown as { connectionParameters: object }).connectionParameters, { replication: "true" });
  for (const client of [clerk, sender]) client.on("error", () => {});
  await Promise.all([clerk.connect(), sender.connect()]);

  const [found] = (await clerk.query("SELECT pg_backend_pid() AS pid")).rows;
  const one = await sessionOf(guard, found.pid);
  const slept = clerk.query("SELECT pg_sleep(60)").catch((error: pg.DatabaseError) => error.code);
  await eventually(async () => {
    const { rows } = await admin.query("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    return rows.length === 1;
  });
  expect(await endSession(guard, { verb: "cancel", ...later(one) })).toMatchObject({ outcome: "reused" });
  expect(await endSession(guard, { verb: "cancel", ...one })).toMatchObject({ outcome: "sent", usename: "clerk" });
  expect(await slept).toBe("57014");
  expect(await endSession(guard, { verb: "terminate", ...one })).toMatchObject({ outcome: "sent" });

  const { rows } = await admin.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walsender'");
  const ended = await endSession(guard, { verb: "terminate", ...(await sessionOf(guard, rows[0].pid)) });
  expect(ended).toMatchObject({ outcome: "sent", usename: "clerk", backend_type: "walsender" });
  await eventually(async () => {
    const left = await admin.query("SELECT FROM pg_stat_activity WHERE usename = 'clerk'");
    return left.rows.length === 0;
  });
  expect(await endSession(guard, { verb: "terminate", ...one })).toMatchObject({ outcome: "gone" });
  await guard.close();
}
