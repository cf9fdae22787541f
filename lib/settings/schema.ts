// Every setting, once: type, default, range, unit and text; form, API, overrides and documentation come from here.
import { z } from "zod";
import type { Thresholds } from "../health/schema";
import { isTimeZone } from "../time";
import { WARNINGS, warningsSchema } from "./warnings-schema";

export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  default: z.output<Schema>;
  /** Short English name, used in messages: "<label>: from A to B". */
  label: string;
  description: string;
  unit?: "s" | "ms" | "min" | "days" | "months" | "count";
  min?: number;
  max?: number;
  /** Where that is a short list. */
  options?: readonly string[];
  /** What a text looks like. */
  pattern?: RegExp;
}

type Text = Pick<SettingDefinition, "label" | "description">;
type WholeNumber = Text & { default: number; min: number; max: number; unit: NonNullable<SettingDefinition["unit"]> };

const wholeNumber = (setting: WholeNumber): SettingDefinition<z.ZodNumber> => {
  const range = `${setting.label}: from ${setting.min} to ${setting.max}`;
  return { ...setting, schema: z.int(range).min(setting.min, range).max(setting.max, range) };
};
const yesNo = (setting: Text & { default: boolean }): SettingDefinition<z.ZodBoolean> => ({
  ...setting,
  schema: z.boolean(`${setting.label}: true or false`),
});

const oneOf = <const Option extends string>(setting: Text & { default: Option; options: readonly Option[] }) => {
  const range = `${setting.label}: one of ${setting.options.join(", ")}`;
  return { ...setting, schema: z.enum(setting.options, range) };
};

/** Warning from the first number on, critical from the second; connections in percent of max_connections. */
const DEFAULT_THRESHOLDS: Thresholds = {
  cpu_percent: { warning: 70, critical: 90 },
  ram_percent: { warning: 70, critical: 85 },
  disk_percent: { warning: 70, critical: 90 },
  latency_ms: { warning: 100, critical: 500 },
  db_connections: { warning: 80, critical: 95 },
};
/** Where the numbers of each threshold end. */
export const THRESHOLD_LIMITS = {
  cpu_percent: 100,
  ram_percent: 100,
  disk_percent: 100,
  latency_ms: 600_000,
  db_connections: 100,
} as const satisfies Record<keyof Thresholds, number>;
const pair = (max: number) =>
  z
    .object({ warning: z.number().positive().max(max), critical: z.number().positive().max(max) })
    .refine((value) => value.warning <= value.critical, "Thresholds: warning must not be above critical");
const thresholdsSchema = z.object({
  cpu_percent: pair(THRESHOLD_LIMITS.cpu_percent),
  ram_percent: pair(THRESHOLD_LIMITS.ram_percent),
  disk_percent: pair(THRESHOLD_LIMITS.disk_percent),
  latency_ms: pair(THRESHOLD_LIMITS.latency_ms),
  db_connections: pair(THRESHOLD_LIMITS.db_connections),
});

const CORES = /^(all|\d+(-\d+)?(,\d+(-\d+)?)*)$/;
const STEPS = ["5s", "1m", "5m", "1h"] as const;
const STEP_RANGE = `Reduced resolution: one of ${STEPS.join(", ")}`;

export const SETTINGS = {
  collect_interval: wholeNumber({
    label: "Collection interval",
    description: "How often activity and database counters of a PostgreSQL server are read",
    default: 15,
    min: 5,
    max: 86_400,
    unit: "s",
  }),
  size_update_interval: wholeNumber({
    label: "Size interval",
    description: "How often the sizes of databases are measured",
    default: 1_800,
    min: 300,
    max: 86_400,
    unit: "s",
  }),
  db_check_interval: wholeNumber({
    label: "Database check interval",
    description: "How often the list of databases and the configuration of a server are looked at",
    default: 1_800,
    min: 300,
    max: 86_400,
    unit: "s",
  }),
  sampling_interval_seconds: wholeNumber({
    label: "Sampling interval",
    description: "How often a machine's processor, memory, network and disks are read",
    default: 5,
    min: 1,
    max: 60,
    unit: "s",
  }),
  retention_months: wholeNumber({
    label: "Retention of hourly aggregates",
    description: "How long hourly values are kept, at least as long as anything finer",
    default: 12,
    min: 1,
    max: 120,
    unit: "months",
  }),
  retention_days: wholeNumber({
    label: "Retention of full resolution",
    description: "How long everything finer than an hour is kept",
    default: 30,
    min: 1,
    max: 3_650,
    unit: "days",
  }),
  audit_retention_days: wholeNumber({
    label: "Retention of the audit log",
    description: "How long audit entries are kept",
    default: 90,
    min: 7,
    max: 3_650,
    unit: "days",
  }),
  logs_retention_days: wholeNumber({
    label: "Retention of the system log",
    description: "How long system log entries are kept",
    default: 30,
    min: 7,
    max: 3_650,
    unit: "days",
  }),
  activity_keep: wholeNumber({
    label: "Activity events kept",
    description: "How many activity events are kept at most",
    default: 1_000,
    min: 100,
    max: 1_000_000,
    unit: "count",
  }),
  activity_retention_days: wholeNumber({
    label: "Retention of activity events",
    description: "How long activity events are kept at most",
    default: 365,
    min: 1,
    max: 3_650,
    unit: "days",
  }),
  auto_end_enabled: yesNo({
    label: "Auto-end",
    description: "Whether a stream that nobody listens to is ended by itself",
    default: true,
  }),
  auto_end_timeout_seconds: wholeNumber({
    label: "Auto-end timeout",
    description: "How long nobody may listen to a stream before it is ended",
    default: 300,
    min: 60,
    max: 3_600,
    unit: "s",
  }),
  auto_end_warnings: {
    ...{ schema: warningsSchema, pattern: WARNINGS, default: "60, 30, 10" },
    label: "Auto-end warnings",
    description: "How many seconds before the end people are warned, separated by commas",
  } satisfies SettingDefinition,
  stats_broadcast_interval: wholeNumber({
    label: "Broadcast interval",
    description: "How often the totals are sent to open pages",
    default: 5,
    min: 1,
    max: 60,
    unit: "s",
  }),
  ws_max_connections: wholeNumber({
    label: "WebSocket connections",
    description: "How many live connections one instance accepts",
    default: 1_000,
    min: 1,
    max: 100_000,
    unit: "count",
  }),
  archive_enabled: yesNo({
    label: "Archiving",
    description: "Whether history is reduced and deleted by age; off keeps everything",
    default: true,
  }),
  downsample_after_days: wholeNumber({
    label: "Reduce after",
    description: "From which age on full resolution is reduced; at most the retention of full resolution",
    default: 7,
    min: 0,
    max: 3_650,
    unit: "days",
  }),
  downsample_interval: {
    schema: z.preprocess((value) => (value === "1 hour" ? "1h" : value), z.enum(STEPS, STEP_RANGE)),
    options: STEPS,
    label: "Reduced resolution",
    description: "The step to which older history is reduced; 1h keeps the hourly values only",
    default: "1h",
  } satisfies SettingDefinition,
  cleanup_enabled: yesNo({
    label: "Clean-up",
    description: "Whether old history is removed by itself; off leaves it to a person",
    default: true,
  }),
  cleanup_interval_minutes: wholeNumber({
    label: "Clean-up interval",
    description: "How often old history is looked for",
    default: 60,
    min: 1,
    max: 10_080,
    unit: "min",
  }),
  perf_events_enabled: yesNo({
    label: "Hardware counters",
    description: "Whether processor events are counted with perf",
    default: false,
  }),
  perf_events_cpu_cores: {
    schema: z.string().max(200).regex(CORES, "Hardware counter cores: all, or numbers and ranges such as 0-3,5"),
    ...{ pattern: CORES, default: "all" },
    label: "Hardware counter cores",
    description: "On which cores processor events are counted",
  } satisfies SettingDefinition,
  perf_events_interval_ms: wholeNumber({
    label: "Hardware counter interval",
    description: "How long one count of processor events takes",
    default: 1_000,
    min: 100,
    max: 60_000,
    unit: "ms",
  }),
  registration_enabled: yesNo({
    label: "Registration",
    description: "Whether anyone may ask for an account, which an administrator then approves",
    default: false,
  }),
  totp_required: oneOf({
    label: "Required second factor",
    description: "Who must sign in with a code from an authenticator app as well as the password",
    options: ["off", "admins", "everyone"],
    default: "off",
  }),
  allow_session_cancel: yesNo({
    label: "Ending sessions",
    description: "Whether operators may cancel queries and end sessions on watched servers",
    default: true,
  }),
  analysis_static_days: wholeNumber({
    label: "Static after",
    description: "How long nothing may change in a database with connections before it is called static",
    default: 30,
    min: 1,
    max: 90,
    unit: "days",
  }),
  analysis_inactive_days: wholeNumber({
    label: "Inactive after",
    description: "How long nobody may have used a database before it is called inactive",
    default: 30,
    min: 1,
    max: 365,
    unit: "days",
  }),
  analysis_low_connections: wholeNumber({
    label: "Low activity below",
    description: "Below how many connections, on average over 7 days, a database is called little used",
    default: 2,
    min: 1,
    max: 20,
    unit: "count",
  }),
  time_zone: {
    schema: z.string().max(64).refine(isTimeZone, "Time zone: a name such as Europe/Berlin"),
    label: "Time zone",
    description: "For people who have not chosen their own",
    default: "UTC",
  } satisfies SettingDefinition,
  language: oneOf({
    label: "Language",
    description: "For people who have not chosen their own and whose browser asks for none of ours",
    options: ["en", "ru"],
    default: "en",
  }),
  thresholds: {
    schema: thresholdsSchema,
    label: "Thresholds",
    description: "From where on cards, charts and default rules call a value a warning or critical",
    default: DEFAULT_THRESHOLDS,
  } satisfies SettingDefinition,
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type Settings = { [Key in SettingKey]: z.output<(typeof SETTINGS)[Key]["schema"]> };
export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];
