import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { listChannels } from "@/lib/streams/queries";
import { channelSchema } from "@/lib/streams/schema";

export const GET = endpoint({
  summary: "All channels, those on air first",
  allow: "streams:read",
  repeated: true,
  response: z.array(channelSchema),
  run: ({ actor }) => listChannels(actor),
});
