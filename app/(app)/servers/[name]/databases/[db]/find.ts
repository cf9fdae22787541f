import { databasesOf, type ServerDatabase } from "@/lib/fleet/databases";
import type { Actor } from "@/lib/users/permissions";

interface Found {
  database: ServerDatabase;
  /** Others that have or had its name. */
  namesakes: ServerDatabase[];
}

/** The database that has the name, or the last one that had it; with an oid, the one of that oid. Null where none is known. */
export async function findDatabase(
  actor: Actor,
  serverId: number,
  { name, oid }: { name: string; oid: string | undefined },
): Promise<Found | null> {
  const named = (await databasesOf(actor, serverId)).filter((one) => one.name === name);
  const database = named.find((one) => (oid === undefined ? one.labels.oid === undefined : String(one.oid) === oid));
  return database ? { database, namesakes: named.filter((one) => one !== database) } : null;
}

/** Which database an address (path and query) is the page of; null for any other page. */
export function databaseAt(address: string): { name: string; oid: string | undefined } | null {
  const { pathname, searchParams } = new URL(address, "http://localhost");
  const [, segment] = /^\/servers\/[^/]+\/databases\/([^/]+)$/.exec(pathname) ?? [];
  if (segment === undefined) return null;
  return { name: decodeURIComponent(segment), oid: searchParams.get("oid") ?? undefined };
}
