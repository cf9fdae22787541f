// Watched servers that make things up: they cost themselves something, and no other server.
import { expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { readExposition } from "../../tests/support/exposition";
import { addServer, fleetText, keepOutcome } from "../../tests/support/newest";
import type { PostgresProbe } from "../postgres/probe";
import { activity } from "../postgres/probes/activity";
import { databases } from "../postgres/probes/databases";
import { replication } from "../postgres/probes/replication";
import { sizes } from "../postgres/probes/sizes";
import { toReading } from "../postgres/run";
import type { SqlRow } from "../probe";
import { fleetFamilies } from "./fleet";
import { writeFamilies } from "./format";

useDatabase();

async function answers(server: number, probe: PostgresProbe, rows: SqlRow[]): Promise<void> {
  const { reading } = toReading(probe, rows, { before: undefined, elapsedSeconds: 0 });
  await keepOutcome({ server, probe, outcome: { outcome: "ok", reading } });
}

const times = (count: number, row: (i: number) => SqlRow): SqlRow[] => Array.from({ length: count }, (_, i) => row(i));

it("one that tells the same twice makes no series twice, and half a character is none", async () => {
  const server = await addServer("twice");
  const cut = `${"y".repeat(255)}😀`;
  await answers(
    server,
    databases,
    times(3, () => ({ database: cut, oid: 5, connections: 1, commits: 5 })),
  );
  await answers(
    server,
    activity,
    times(3, () => ({ state: "idle", database: cut, state_sessions: 1 })),
  );
  await answers(
    server,
    replication,
    times(3, () => ({ application: "a", client: "c", replay_lag_bytes: 1 })),
  );
  await answers(
    server,
    sizes,
    times(3, () => ({ database: cut, size_bytes: 1 })),
  );
  const families = readExposition(await fleetText());
  const names = ["pg_stat_database_xact_commit", "pg_stat_activity_count", "pg_database_size_bytes"];
  for (const name of names)
    expect(families.get(name)?.samples.map(({ labels }) => labels.datname)).toEqual([`${"y".repeat(255)}\ufffd`]);
  expect(families.get("pg_stat_replication_pg_wal_lsn_diff")?.samples).toHaveLength(1);
});

it("one that makes long names up takes no more room than its own, and what is left out is counted", async () => {
  const [hostile, other] = [await addServer("a hostile one"), await addServer("other")];
  const long = "€".repeat(250);
  await answers(
    hostile,
    sizes,
    times(16_000, (i) => ({ database: `${i}${long}`, size_bytes: 1 })),
  );
  await answers(
    hostile,
    activity,
    times(8_000, (i) => ({ state: `${i}${long}`, database: long, state_sessions: 1 })),
  );
  await answers(other, sizes, [{ database: "shop", size_bytes: 7 }]);
  const cut = new Map<string, number>();
  const layout = { openMetrics: false, prefix: "dozor", most: 50_000, onCut: cut.set.bind(cut) };
  let text = "";
  for await (const piece of writeFamilies(await fleetFamilies(new Date()), layout)) text += piece;
  expect(text.length).toBeLessThan(5e6);
  expect(text).toContain('pg_database_size_bytes{server="other",datname="shop"} 7\n');
  const told = text.match(/^pg_database_size_bytes\{server="a hostile one"/gm)?.length ?? 0;
  expect(told).toBeGreaterThan(5_000);
  expect(told + (cut.get("pg_database_size_bytes") ?? 0)).toBe(16_000);
});
