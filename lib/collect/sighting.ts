// What a run said of the databases there are. Pure.
import { z } from "zod";
import type { Sighting } from "./databases-seen";
import type { RunResult } from "./state";

const oid = z.coerce.number().int().positive();
/** As labels are cut, see lib/postgres/run.ts. */
const name = z.string().transform((text) => text.slice(0, 256));
const timeMs = z.union([z.date(), z.string(), z.number()]).nullish();

// The probe `databases` names those that it measured, at each of its turns.
const measuredSchema = z.object({ oids: z.record(name, oid) });

// The probe `inventory` lists all there are, templates included.
const listedSchema = z.object({
  databases: z.array(
    z.object({
      oid,
      name,
      owner: name.nullish(),
      encoding: name.nullish(),
      created_at: timeMs,
      is_template: z.boolean(),
    }),
  ),
});

/** Null for runs that say nothing of it. */
export function sightingOf({ probe, outcome, startedAt, live }: RunResult): Sighting | null {
  if (live || outcome.outcome !== "ok") return null;
  const { facts } = outcome.reading;
  if (probe === "databases") {
    const measured = measuredSchema.safeParse(facts).data;
    if (!measured) return null;
    const databases = Object.entries(measured.oids).map(([name, one]) => ({ oid: one, name, isTemplate: false }));
    return { at: startedAt, complete: false, databases };
  }
  const listed = probe === "inventory" ? listedSchema.safeParse(facts).data : undefined;
  if (!listed) return null;
  const databases = listed.databases.map(({ is_template: isTemplate, owner, encoding, created_at, ...one }) => ({
    ...{ ...one, isTemplate },
    details: {
      owner: owner ?? null,
      encoding: encoding ?? null,
      createdAt: created_at == null ? null : toMs(created_at),
    },
  }));
  return { at: startedAt, complete: true, databases };
}

/** Null where it is no time between 1970 and 9999. */
function toMs(time: Date | string | number): number | null {
  const ms = new Date(time).getTime();
  return ms >= 0 && ms < Date.UTC(9999, 11, 31) ? ms : null;
}
