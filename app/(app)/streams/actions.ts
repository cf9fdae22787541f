"use server";
import { z } from "zod";
import { type ActionResult, action } from "@/lib/http/action";
import {
  cancelAutoEnd,
  endNow as endNowVerb,
  extendAutoEnd,
  pauseAutoEnd,
  resumeAutoEnd,
} from "@/lib/streams/auto-end/mutations";
import { channelChangesSchema } from "@/lib/streams/channel-schema";
import { endReasonSchema, extendSchema } from "@/lib/streams/commands-schema";
import { deleteChannel, updateChannel } from "@/lib/streams/mutations";
import { channelIdSchema } from "@/lib/streams/schema";
import type { Actor } from "@/lib/users/permissions";

const named = z.object({ channel_id: channelIdSchema });
const timerSchema = z.discriminatedUnion("verb", [
  named.extend({ verb: z.enum(["cancel", "pause", "resume"]) }),
  named.extend({ verb: z.literal("extend"), minutes: extendSchema.shape.minutes }),
]);

const VERBS = { cancel: cancelAutoEnd, pause: pauseAutoEnd, resume: resumeAutoEnd };

/** Takes `{channel_id, verb}`; to extend also `minutes`. */
export async function changeTimer(input: unknown): Promise<ActionResult<object>> {
  return changeTimerAction(input);
}
const changeTimerAction = action(timerSchema, async (actor: Actor, input) => {
  if (input.verb === "extend") return extendAutoEnd(actor, input.channel_id, input.minutes);
  return VERBS[input.verb](actor, input.channel_id);
});

/** Takes `{channel_id, reason?}`. */
export async function endNow(input: unknown): Promise<ActionResult<object>> {
  return endNowAction(input);
}
const endNowAction = action(
  named.extend({ reason: endReasonSchema.optional() }),
  async (actor, { channel_id, ...given }) => endNowVerb(actor, channel_id, given),
);

/** Takes `{channel_id, name?, auto_end?, webhook?}`. */
export async function update(input: unknown): Promise<ActionResult<object>> {
  return updateAction(input);
}
const updateAction = action(named.extend(channelChangesSchema.shape), async (actor, { channel_id, ...changes }) =>
  updateChannel(actor, channel_id, changes),
);

/** Takes `{channel_id}`. */
export async function remove(input: unknown): Promise<ActionResult<object>> {
  return removeAction(input);
}
const removeAction = action(named, async (actor, { channel_id }) => {
  await deleteChannel(actor, channel_id);
  return {};
});
