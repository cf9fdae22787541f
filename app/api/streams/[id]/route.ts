import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { channelChangesSchema, channelDetailSchema } from "@/lib/streams/channel-schema";
import { deleteChannel, updateChannel } from "@/lib/streams/mutations";
import { channelDetail, channelNotFound } from "@/lib/streams/queries";

const params = z.object({ id: z.string() });

export const GET = endpoint({
  summary: "One channel as it is now",
  description: "`webhook` is shown to those who may change channels; its secret is never given back.",
  allow: "streams:read",
  params,
  response: channelDetailSchema,
  async run({ actor, params: { id } }) {
    const channel = await channelDetail(actor, id);
    if (!channel) throw channelNotFound();
    return channel;
  },
});

export const PATCH = endpoint({
  summary: "Change a channel",
  description:
    "Any part of it; what is left out stays. Parts of `auto_end` that are null or left out are as the settings say. A `webhook` without `secret` keeps the stored one, unless commands would go to another host; null takes it away.",
  allow: "streams:write",
  params,
  body: channelChangesSchema,
  response: channelDetailSchema,
  run: ({ actor, params: { id }, body }) => updateChannel(actor, id, body),
});

export const DELETE = endpoint({
  summary: "Remove a channel",
  description: "With its plays and events. One that is still reported, or polled, comes into being anew.",
  allow: "streams:write",
  params,
  response: z.object({ message: z.string() }),
  async run({ actor, params: { id } }) {
    await deleteChannel(actor, id);
    return { message: `${id} was removed.` };
  },
});
