// Changing settings: all that was asked for or nothing, told to every instance when it is done.
import { isDeepStrictEqual } from "node:util";
import { appendActivity } from "../activity/append";
import { appendAudit } from "../audit/append";
import { type Prisma, prisma, type Transaction } from "../db";
import { AppError, type FieldError } from "../errors";
import { requireMatch } from "../etag";
import { type Actor, requirePermission } from "../users/permissions";
import { overrideOf } from "./overrides";
import { parseSetting, resolveSettings } from "./parse";
import { forgetSettings, settingLocks } from "./queries";
import { crossRuleErrors } from "./rules";
import { SETTING_KEYS, SETTINGS, type SettingKey, type Settings } from "./schema";
import { viewSettings } from "./view";

/** "settings" as a number: the lock under which they change, so that rules over several keys hold for two admins at once. */
const CHANGE_LOCK = 0x7365747469n;

/**
 * Changes settings. Every instance hears of it by NOTIFY `dozor_settings` with the commit; what is given as it stands
 * already is no change, so a client may send back all that it read.
 * @param changes values by key, any subset
 * @param ifMatch the tag of `readSettings`, for whoever wants to overwrite nothing that they have not seen
 * @returns all settings as they hold now
 * @throws AppError unauthenticated, forbidden, precondition_failed; invalid with each wrong key, its rule, or the variable that fixes it
 */
export async function updateSettings(
  actor: Actor | null,
  changes: Readonly<Record<string, unknown>>,
  ifMatch: string | null = null,
): Promise<Settings> {
  requirePermission(actor, "settings:write");
  return change(actor, changes, ifMatch);
}

/** The settings that say how databases are judged; whoever works with servers may change them. */
const ANALYSIS_KEYS = ["analysis_static_days", "analysis_inactive_days", "analysis_low_connections"] as const;
export type AnalysisSettings = Pick<Settings, (typeof ANALYSIS_KEYS)[number]>;

/**
 * Changes the settings of the analysis, and no other; told and audited as by `updateSettings`.
 * @throws AppError unauthenticated, forbidden; invalid with each wrong key, its rule, or the variable that fixes it
 */
export async function updateAnalysisSettings(actor: Actor | null, changes: AnalysisSettings): Promise<Settings> {
  requirePermission(actor, "analysis:write");
  return change(actor, Object.fromEntries(ANALYSIS_KEYS.map((key) => [key, changes[key]])), null);
}

async function change(
  actor: Actor,
  changes: Readonly<Record<string, unknown>>,
  ifMatch: string | null,
): Promise<Settings> {
  const given = parseAll(changes);
  const after = await prisma().$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${CHANGE_LOCK})`;
    const rows = await transaction.setting.findMany();
    requireMatch(ifMatch, viewSettings(rows, { override: overrideOf, locks: settingLocks() }));
    const before = resolveSettings(rows, overrideOf);
    const next: Settings = { ...before, ...given };
    const changed = SETTING_KEYS.filter((key) => !isDeepStrictEqual(next[key], before[key]));
    refuse([...lockErrors(changed), ...crossRuleErrors(next, changed)]);
    if (changed.length > 0) await write(transaction, actor, { before, next, changed });
    return next;
  });
  forgetSettings();
  return after;
}

function refuse(fields: FieldError[]): void {
  if (fields.length > 0)
    throw new AppError("invalid", "These settings are not valid; nothing was changed.", { fields });
}

function parseAll(changes: Readonly<Record<string, unknown>>): Partial<Settings> {
  const values: Record<string, unknown> = {};
  const fields: FieldError[] = [];
  for (const [path, value] of Object.entries(changes)) {
    const key = SETTING_KEYS.find((known) => known === path);
    const parsed = key && parseSetting(key, value);
    if (!parsed) fields.push({ path, message: "There is no setting of this name.", rule: "unknown" });
    else if (parsed.ok) values[path] = parsed.value;
    else fields.push({ path, message: parsed.message, rule: "range" });
  }
  refuse(fields);
  // Each value has passed the schema of its key.
  return values as Partial<Settings>;
}

function lockErrors(changed: readonly SettingKey[]): FieldError[] {
  const locks = settingLocks();
  return changed.flatMap((path) => {
    if (locks[path] === undefined) return [];
    const message = `${SETTINGS[path].label}: fixed by the environment variable ${locks[path]}; change it there.`;
    return [{ path, message, rule: "locked" }];
  });
}

interface Change {
  before: Settings;
  next: Settings;
  changed: readonly SettingKey[];
}

async function write(transaction: Transaction, actor: Actor, { before, next, changed }: Change): Promise<void> {
  const updatedAt = new Date();
  for (const key of changed) {
    const row = { value: next[key] as Prisma.InputJsonValue, updatedAt, updatedBy: actor.login };
    await transaction.setting.upsert({ where: { key }, create: { key, ...row }, update: row });
  }
  const diff = Object.fromEntries(changed.map((key) => [key, { old: before[key], new: next[key] }]));
  const target = { kind: "settings", id: "settings", name: "Settings" };
  await appendActivity(transaction, {
    type: "settings_changed",
    severity: "info",
    message: `${actor.login} changed ${changed.map((key) => sentence(key, before[key], next[key])).join(", ")}`,
    actor: { login: actor.login, email: actor.email },
    target,
    details: diff,
  });
  await transaction.$executeRaw`SELECT pg_notify('dozor_settings', ${changed.join()})`;
  await appendAudit(transaction, actor, { eventType: "settings_update", target, details: diff });
}

function sentence(key: SettingKey, before: unknown, after: unknown): string {
  const { label } = SETTINGS[key];
  return typeof after === "object" ? label : `${label} from ${before} to ${after}`;
}
