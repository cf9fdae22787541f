// Commands to streamers, and what may be asked of a channel's timer, as API clients see and send them.
import { z } from "zod";

export const commandSchema = z.object({
  /** Grows; to be acknowledged by it. */
  id: z.int(),
  command: z.enum(["stop"]),
  /** `no_listeners`, or what a person gave. */
  reason: z.string(),
  created_at: z.iso.datetime(),
});
export type Command = z.infer<typeof commandSchema>;

/** `?wait=30`: seconds to wait for the first command. */
export const waitSchema = z.object({
  wait: z.coerce.number("must be a number").int("must be a whole number").min(0).max(60).default(0),
});

export const extendSchema = z.object({
  minutes: z.int("must be a whole number").min(1, "must be at least 1").max(60, "must be at most 60"),
});

/** Why a person ends a channel; the streamer is told of it. */
export const endReasonSchema = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(200, "must be at most 200 characters")
  .regex(/^\P{Cc}*$/u, "must not hold control characters");

export const endNowSchema = z.object({ reason: endReasonSchema.optional() }).optional();
