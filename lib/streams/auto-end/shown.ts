// A timer as people and API clients see it. Pure.
import type { Settings } from "../../settings/schema";
import { warningsOf } from "../../settings/warnings-schema";
import type { ChannelRow } from "../rows";
import type { AutoEnd } from "../schema";
import type { TimerRow } from "./timer-rows";

/** The channel's own thresholds, else those of the settings. */
export const warningsFor = (
  { autoEndWarnings }: Pick<ChannelRow, "autoEndWarnings">,
  settings: Pick<Settings, "auto_end_warnings">,
): readonly number[] => (autoEndWarnings.length > 0 ? autoEndWarnings : warningsOf(settings.auto_end_warnings));

/** @param row null: idle */
export function shownTimer(
  row: TimerRow | null,
  settings: Pick<Settings, "auto_end_enabled" | "auto_end_timeout_seconds" | "auto_end_warnings">,
  {
    autoEndEnabled,
    autoEndTimeoutSeconds,
    autoEndWarnings,
  }: Pick<ChannelRow, "autoEndEnabled" | "autoEndTimeoutSeconds" | "autoEndWarnings">,
  now: Date,
): AutoEnd {
  const deadline = row?.state === "armed" ? row.deadline : null;
  const left = deadline ? deadline.getTime() - now.getTime() : (row?.remainingMs ?? null);
  return {
    is_active: deadline !== null,
    state: row?.state ?? "idle",
    remaining_seconds: left === null ? null : Math.max(0, Math.round(left / 100) / 10),
    deadline: deadline?.toISOString() ?? null,
    paused: row?.state === "paused",
    warnings_sent: row?.warningsSent ?? [],
    enabled: autoEndEnabled ?? settings.auto_end_enabled,
    timeout_seconds: autoEndTimeoutSeconds ?? settings.auto_end_timeout_seconds,
    warnings: [...warningsFor({ autoEndWarnings }, settings)],
    own: {
      enabled: autoEndEnabled,
      timeout_seconds: autoEndTimeoutSeconds,
      warnings: autoEndWarnings.length === 0 ? null : [...autoEndWarnings],
    },
  };
}
