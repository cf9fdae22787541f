import type { PostgresTest } from "@/lib/fleet/test-schema";

/** How many things a server that answers does not give. */
export function missingOf({ privileges, probes }: Pick<PostgresTest, "privileges" | "probes">): number {
  return (
    privileges.filter(({ granted, lost }) => !granted && lost !== null).length + probes.filter(({ ok }) => !ok).length
  );
}
