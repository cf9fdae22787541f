// What a Dozor writes while its database is backed up.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { updateSettings } from "../../lib/settings/mutations";
import { systemActor } from "../../lib/users/permissions";
import { HistoryModel } from "../support/history-model";
import { NOW } from "../support/retention-work";

/** Writes without a pause until it is stopped: transactions of two rows each, samples, and audited changes, one after another on connections of their own. */
export function startLoad(url: string) {
  let stopped = false;
  let written = 0;
  const pairs = async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    while (!stopped) {
      const next = written + 1;
      await client.query("BEGIN");
      await client.query("INSERT INTO throttle VALUES ($1, now(), 1)", [`load-${next}`]);
      await client.query("INSERT INTO idempotency (caller, key, request_hash) VALUES ('load', $1, '')", [`${next}`]);
      await client.query("COMMIT");
      written = next;
      await sleep(1);
    }
    await client.end();
  };
  const changes = async () => {
    for (let n = 0; !stopped; n++) await updateSettings(systemActor(), { retention_days: 25 + (n % 5) });
  };
  const samples = async () => {
    const live = await HistoryModel.create();
    for (let n = 0; !stopped; n++) await live.write([NOW + n * 1_000]);
  };
  const all = Promise.all([pairs(), changes(), samples()]);
  return {
    written: () => written,
    async stop() {
      stopped = true;
      await all;
    },
  };
}
