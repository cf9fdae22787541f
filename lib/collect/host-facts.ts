// Fixed facts about machines, written down where pages look for them.
import { pool } from "../db";
import { readLinuxFacts } from "../host/linux/facts";
import type { HostFacts } from "../host/schema";
import type { RemoteHost } from "../host/ssh/remote-host";
import { log } from "../log";
import type { CollectedServer } from "./plan";

/** Writes what is known of the one machine of these servers. */
export async function writeHostFacts(servers: readonly number[], facts: HostFacts): Promise<void> {
  await pool().query(
    `INSERT INTO latest (subject, kind, ts, data) SELECT id, 'host_facts', now(), $2 FROM unnest($1::int[]) AS id
     ON CONFLICT (subject, kind) DO UPDATE SET ts = excluded.ts, data = excluded.data`,
    [servers, JSON.stringify(facts)],
  );
}

/** Asks another machine what it is, and writes it down; never throws, and asks again with the next connection. */
export async function tellMachine({ id }: CollectedServer, host: RemoteHost): Promise<void> {
  if (!host.isLinux) return;
  try {
    await writeHostFacts([id], await readLinuxFacts(host.readerOf("facts")));
  } catch (error) {
    log.warn({ err: error, server: id }, "facts of a machine could not be written down");
  }
}
