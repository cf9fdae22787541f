// docs/monitoring-role.md as its reader carries it out: what stands there, in its order, on the oldest, a middle and the newest version.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkTarget } from "../../lib/postgres/check";
import { documented } from "../support/documented";
import { targetOf } from "./support/peers";
import { startVersion, type VersionServer } from "./support/versions";

const INTERVALS = { collect_interval: 15, size_update_interval: 1_800, db_check_interval: 1_800 };
/** Stands for what `\password` sends. */
const PASSWORD = "right-horse-7";

describe.each([10, 14, 18])("the role for PostgreSQL %i", (major) => {
  let server: VersionServer;
  let admin: pg.Client;
  beforeAll(async () => {
    server = await startVersion(major);
    admin = new pg.Client({ connectionString: `${server.address()}/postgres` });
    admin.on("error", () => {});
    await admin.connect();
  }, 120_000);
  afterAll(async () => {
    await admin?.end();
    await server?.stop();
  });

  const check = () =>
    checkTarget(targetOf(`${server.address()}/postgres`, { user: "dozor", password: PASSWORD }), INTERVALS);
  const lost = async () => (await check()).privileges.flatMap((right) => (right.lost === null ? [] : [right.name]));

  it("may watch after the first step, and every question is answered", async () => {
    await admin.query(documented("docs/monitoring-role.md", "CREATE ROLE dozor LOGIN"));
    if (major < 14) await admin.query("SET password_encryption = 'scram-sha-256'");
    await admin.query(`ALTER ROLE dozor PASSWORD '${PASSWORD}'`);
    const { rows } = await admin.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'dozor'");
    expect(rows[0].rolpassword).toMatch(/^SCRAM-SHA-256/);
    expect((await admin.query(documented("docs/monitoring-role.md", "pg_reload_conf"))).rowCount).toBe(1);

    const answer = await check();
    expect(answer).toMatchObject({ success: true, code: null, version: expect.stringMatching(`^${major}\\.`) });
    expect(answer.probes.length).toBeGreaterThan(5);
    expect(answer.probes.filter(({ ok }) => !ok)).toEqual([]);
    expect(await lost()).toEqual(major === 10 ? ["pg_signal_backend"] : ["pg_signal_backend", "pg_stat_file"]);
  });

  it("lacks nothing with the optional rights, and works within its bounds", async () => {
    await admin.query(documented("docs/monitoring-role.md", "GRANT pg_signal_backend"));
    await admin.query(documented("docs/monitoring-role.md", "GRANT EXECUTE"));
    await admin.query(documented("docs/monitoring-role.md", "CONNECTION LIMIT"));
    await admin.query(documented("docs/monitoring-role.md", "SET default_transaction_read_only"));
    const answer = await check();
    expect(answer).toMatchObject({ success: true, grant_script: null });
    expect(answer.probes.filter(({ ok }) => !ok)).toEqual([]);
    expect(await lost()).toEqual([]);
    const { rows } = await admin.query(documented("docs/monitoring-role.md", "AS ends_sessions"));
    expect(rows).toEqual([{ watches: true, ends_sessions: true }]);
  });

  it("is gone after the last step", async () => {
    await admin.query(documented("docs/monitoring-role.md", "DROP ROLE"));
    expect((await admin.query("SELECT FROM pg_roles WHERE rolname = 'dozor'")).rowCount).toBe(0);
    expect(await check()).toMatchObject({ success: false, code: "auth" });
  });
});
