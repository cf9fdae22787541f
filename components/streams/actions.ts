// What pages hand to the controls of channels.
import type { ActionResult } from "@/lib/http/action";

export const TIMER_VERBS = ["cancel", "extend", "pause", "resume"] as const;
export type TimerVerb = (typeof TIMER_VERBS)[number];

export interface ChannelChanges {
  channel_id: string;
  name?: string | null;
  /** Null: as the settings say. */
  auto_end?: { enabled: boolean | null; timeout_seconds: number | null };
  /** Null takes it away; without a secret the one that is kept stays. */
  webhook?: { url: string; secret?: string } | null;
}

export interface StreamActions {
  timer(input: { channel_id: string; verb: TimerVerb; minutes?: number }): Promise<ActionResult<object>>;
  endNow(input: { channel_id: string; reason?: string }): Promise<ActionResult<object>>;
  update(input: ChannelChanges): Promise<ActionResult<object>>;
  remove(input: { channel_id: string }): Promise<ActionResult<object>>;
}
