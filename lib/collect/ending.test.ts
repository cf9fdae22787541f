import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import type { TargetSession } from "../postgres/connect";
import { ProbeError } from "../probe";
import { createEnding } from "./ending";
import { claimServers } from "./lease";
import type { CollectedServer } from "./plan";
import { createTargets } from "./targets";

useDatabase();

const SHOP = 2;
const shop: CollectedServer = {
  ...{ id: SHOP, name: "shop", hostKind: null, ssh: null, intervals: {} },
  postgres: { host: "h", port: 5432, user: "u", password: null, database: "d", sslmode: "disable", ca: null },
};
const FOUND = { verdict: "sent", signalled: true, usename: "clerk", datname: "till", backend_type: "client backend" };

interface Fake {
  /** Whether probes keep the shared connection busy. */
  busy?: boolean;
  /** Whether questions stay without an answer until the connection is closed. */
  silent?: boolean;
  /** Whether only one connection can be opened. */
  full?: boolean;
}

/** An instance with connections that write down what is asked over them: which, and with what. */
function instance(holder: string, { busy = false, silent = false, full = false }: Fake = {}) {
  const asked: [number, unknown][] = [];
  let opened = 0;
  const targets = createTargets({
    async open() {
      const number = opened++;
      if (full && number > 0) throw new ProbeError("too_many_connections", "h says: too many clients");
      let cut = (_: Error) => {};
      const session = {
        ...{ open: true, busy: busy && number === 0 },
        query(_: string, parameters: unknown) {
          asked.push([number, parameters]);
          if (!silent) return Promise.resolve([FOUND]);
          return new Promise((_, reject) => {
            cut = reject;
          });
        },
        async close() {
          session.open = false;
          cut(new ProbeError("unreachable", "closed"));
        },
      };
      return session as unknown as TargetSession;
    },
  });
  const ending = createEnding({ holder, targets, servers: () => new Map([[SHOP, shop]]) });
  return { asked, ending, targets };
}

async function request({ seconds = 0, subject = SHOP } = {}): Promise<string> {
  const { rows } = await pool().query(
    `INSERT INTO session_request (subject, verb, pid, backend_start, asked_at)
     VALUES ($1, 'terminate', 7, '2026-01-01T00:00:00.000001Z', now() - make_interval(secs => $2)) RETURNING id::text`,
    [subject, seconds],
  );
  return rows[0].id;
}

/** All that an instance does about requests. */
async function heard({ ending }: ReturnType<typeof instance>, ...ids: string[]): Promise<void> {
  for (const id of ids) ending.hear(id);
  await ending.close();
}
const standing = async (id: string) =>
  (await pool().query("SELECT taken_at IS NOT NULL AS taken, result FROM session_request WHERE id = $1", [id])).rows[0];

const PARAMETERS = [7, "2026-01-01T00:00:00.000001Z"];
const SENT = { outcome: "sent", usename: "clerk", datname: "till", backend_type: "client backend" };

beforeEach(async () => {
  await pool().query("TRUNCATE lease, session_request");
  await claimServers("one", [SHOP]);
});
afterEach(() => vi.restoreAllMocks());

describe("a request", () => {
  it("is carried out over the shared connection, once, however often it is told", async () => {
    const one = instance("one");
    const id = await request();
    await heard(one, id, id, id);
    await heard(one, id);
    expect(one.asked).toEqual([[0, PARAMETERS]]);
    expect(await standing(id)).toEqual({ taken: true, result: SENT });
  });

  it("is carried out by one of several that believe they hold the server", async () => {
    const instances = [instance("one"), instance("one"), instance("one")];
    const ids = await Promise.all(Array.from({ length: 10 }, () => request()));
    await Promise.all(instances.map((each) => heard(each, ...ids)));
    expect(instances.flatMap(({ asked }) => asked)).toHaveLength(ids.length);
  });

  it("is left to the holder of the server's lease", async () => {
    const [one, two] = [instance("one"), instance("two")];
    const id = await request();
    await heard(two, id);
    expect(await standing(id)).toEqual({ taken: false, result: null });
    await heard(one, id);
    expect([one.asked.length, two.asked.length]).toEqual([1, 0]);
    await pool().query("UPDATE lease SET until = now() - interval '1 s'");
    const after = await request();
    await heard(one, after);
    expect(await standing(after)).toEqual({ taken: false, result: null });
  });

  it("that is too old, of another server, or no number, is not carried out", async () => {
    const one = instance("one");
    const old = await request({ seconds: 6.1 });
    const other = await request({ subject: 3 });
    await claimServers("one", [3]);
    await heard(one, old, other, "", "1; DROP TABLE session_request", "-1");
    expect(one.asked).toEqual([]);
    expect([await standing(old), await standing(other)]).toEqual([
      { taken: false, result: null },
      { taken: false, result: null },
    ]);
  });
});

describe("a busy connection", () => {
  it("makes it take one of its own after a second", async () => {
    const one = instance("one", { busy: true });
    const id = await request();
    await heard(one, id);
    expect(one.asked).toEqual([[1, PARAMETERS]]);
    expect((await standing(id)).result).toEqual(SENT);
    expect((await one.targets.session(shop)).open).toBe(true);
  });

  it("and no room for another one is told, and nothing is sent later", async () => {
    const one = instance("one", { busy: true, full: true });
    const id = await request();
    await heard(one, id);
    expect(one.asked).toEqual([]);
    const message = expect.stringMatching(/busy.*nothing was sent.*too many clients/);
    expect((await standing(id)).result).toEqual({ failure: { code: "too_many_connections", message } });
  });

  it("that gives no answer is closed before whoever asked gives up", async () => {
    const one = instance("one", { silent: true });
    const id = await request({ seconds: 5.5 });
    await heard(one, id);
    const message = expect.stringContaining("look whether the session is still there");
    expect((await standing(id)).result).toEqual({ failure: { code: "timeout", message } });
    expect(one.asked).toHaveLength(1);
  });
});

it.each(["monotonic", "wall"])("after a standstill that only the %s clock tells of, nothing is sent", async (clock) => {
  const one = instance("one");
  const id = await request();
  const get = one.targets.session;
  vi.spyOn(one.targets, "session").mockImplementation(async (server) => {
    const session = await get(server);
    const [of, now] = clock === "wall" ? [Date, Date.now()] : [performance, performance.now()];
    vi.spyOn(of as typeof Date, "now").mockReturnValue(now + 60_000);
    return session;
  });
  await heard(one, id);
  expect(one.asked).toEqual([]);
  const message = expect.stringContaining("nothing was sent");
  expect((await standing(id)).result).toEqual({ failure: { code: "timeout", message } });
});
