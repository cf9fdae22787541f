// The built product on a database of its own, with things in it that not everybody may see.
import pg from "pg";
import { appendActivity } from "../../lib/activity/append";
import { appendAudit } from "../../lib/audit/append";
import { prisma } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { systemActor } from "../../lib/users/permissions";
import { type App, removeData, startApp } from "../e2e/support/app";
import { TEST_ENVIRONMENT } from "../support/database";
import { startTestServer } from "../support/server";
import { SEEDED } from "./table";

export interface Product {
  app: App;
  port: number;
  stop(): Promise<void>;
}

/** Starts it and lets this process use its database as one of its instances would. */
export async function startProduct(): Promise<Product> {
  const server = await startTestServer();
  const url = await server.createDatabase({ empty: true });
  const app = await startApp({
    env: {
      DATABASE_URL: url,
      ADMIN_PASSWORD: "tall-forest-77-river",
      TRUSTED_PROXIES: "127.0.0.1,::1",
      ...TEST_ENVIRONMENT,
    },
  });
  provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });
  await seed(url);
  return {
    app,
    port: Number(new URL(app.url).port),
    async stop() {
      await app.stop();
      await prisma().$disconnect();
      await (globalThis as { dozorPool?: pg.Pool }).dozorPool?.end();
      await server.stop();
      removeData(app.dataDir);
    },
  };
}

async function seed(url: string): Promise<void> {
  await prisma().user.create({ data: { login: SEEDED.user, role: "viewer", status: "pending", passwordHash: "none" } });
  const target = { kind: "user", id: "one", name: SEEDED.user };
  await prisma().$transaction(async (transaction) => {
    const actor = systemActor();
    await appendActivity(transaction, {
      type: "user_registered",
      severity: "info",
      message: SEEDED.user,
      actor,
      target,
    });
    await appendAudit(transaction, { ...actor, login: "system" }, { eventType: "user_registered", target });
  });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `WITH made AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
     INSERT INTO servers (id, name, enabled, labels) SELECT id, $1, false, $2 FROM made`,
    [SEEDED.server, JSON.stringify({ team: SEEDED.label })],
  );
  await client.query(
    "INSERT INTO server_databases (subject, oid, name) SELECT id, 1, 'seeded' FROM servers WHERE name = $1",
    [SEEDED.server],
  );
  await client.query(
    `INSERT INTO ssh_keys (name, key_type, fingerprint, public_key, private_key, has_passphrase)
     SELECT $1, 'ssh-ed25519', 'none', 'none', min(key_id) || ':', false FROM key_check`,
    [SEEDED.key],
  );
  await client.query(
    `WITH made AS (INSERT INTO subject (kind) VALUES ('channel') RETURNING id)
     INSERT INTO channels (id, channel_id, name) SELECT id, $1, $2 FROM made`,
    [SEEDED.channel, SEEDED.channelName],
  );
  await client.query("INSERT INTO system_log (level, source, message) VALUES ('error', 'http', $1)", [SEEDED.log]);
  await client.query("INSERT INTO settings (key, value) VALUES ('activity_keep', $1)", [SEEDED.setting]);
  await client.query("SELECT pg_notify('dozor_settings', '')");
  await client.end();
}
