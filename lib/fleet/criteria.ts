// By what databases are judged: three settings, shared by everyone.
import { AppError } from "../errors";
import { updateAnalysisSettings } from "../settings/mutations";
import { settings } from "../settings/queries";
import type { Settings } from "../settings/schema";
import { type Actor, requirePermission } from "../users/permissions";
import { type Criteria, criteriaSchema } from "./analysis-schema";

const criteriaOf = (all: Settings): Criteria => ({
  static_days: all.analysis_static_days,
  inactive_days: all.analysis_inactive_days,
  low_connections: all.analysis_low_connections,
});

/** The criteria as they hold now. @throws the database's error when none are known yet */
export async function criteria(): Promise<Criteria> {
  return criteriaOf(await settings());
}

/** The same, for an actor. @throws AppError when the actor may not read servers */
export async function readCriteria(actor: Actor | null): Promise<Criteria> {
  requirePermission(actor, "servers:read");
  return criteria();
}

const SETTING_PREFIX = "analysis_";

/**
 * Changes them for everyone; audited and told like any change of settings.
 * @returns the criteria as they hold now
 * @throws AppError unauthenticated, forbidden; invalid with the fields that are out of range, or fixed by an environment variable
 */
export async function changeCriteria(actor: Actor | null, wanted: Criteria): Promise<Criteria> {
  requirePermission(actor, "analysis:write");
  const parsed = criteriaSchema.safeParse(wanted);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message, rule: "range" }));
    throw new AppError("invalid", "These criteria are not valid; nothing was changed.", { fields });
  }
  const { static_days, inactive_days, low_connections } = parsed.data;
  const changes = {
    analysis_static_days: static_days,
    analysis_inactive_days: inactive_days,
    analysis_low_connections: low_connections,
  };
  return criteriaOf(await updateAnalysisSettings(actor, changes).catch(rethrowAsCriteria));
}

/** Errors name settings; who changes criteria knows them without the prefix. */
function rethrowAsCriteria(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  const fields = error.fields.map((field) => ({ ...field, path: field.path.replace(SETTING_PREFIX, "") }));
  throw new AppError(error.code, error.message, { fields });
}
