// Timers follow their channels: in the very transaction in which a channel changes.
import type { Transaction } from "../../db";
import { settingsWithin } from "../../settings/queries";
import type { ChannelRow } from "../rows";
import { stepTimers } from "./carry-out";

/** A channel before and after a change; `restarted`: it was started (anew) in between. */
interface ChannelChange {
  before: ChannelRow | null;
  after: ChannelRow;
  restarted: boolean;
}

/** Arms, cancels, suspends and confirms as the changed channels, locked by the caller, ask for. */
export async function followChannels(
  transaction: Transaction,
  changes: readonly ChannelChange[],
  now: Date,
): Promise<void> {
  const relevant = changes.filter(matters);
  if (relevant.length === 0) return;
  const settings = await settingsWithin(transaction);
  const cases = relevant.map(({ after, restarted }) => ({ channel: after, input: { do: "look", restarted } as const }));
  await stepTimers(transaction, cases, { settings, now });
}

/** A new track or position is nothing to a timer; what a change of settings is, the next turn sees too. */
function matters({ before, after, restarted }: ChannelChange): boolean {
  return (
    restarted ||
    before?.status !== after.status ||
    before.listeners !== after.listeners ||
    before.autoEndEnabled !== after.autoEndEnabled
  );
}
