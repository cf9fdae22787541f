// What people change of a channel: one schema for API, dialog and verb.
import { z } from "zod";
import { channelSchema } from "./schema";

const webhookFault = (text: string): string | null => {
  const url = URL.parse(text);
  if (!url || !["http:", "https:"].includes(url.protocol)) return "must begin with http:// or https://";
  return url.username || url.password
    ? "must not hold a user or a password; what is sent can be signed with a secret"
    : null;
};

const webhookUrl = z
  .string()
  .trim()
  .max(2_048, "must be at most 2048 characters")
  .superRefine((text, context) => {
    const message = webhookFault(text);
    if (message) context.addIssue({ code: "custom", message });
  });

export const channelChangesSchema = z.object({
  /** Null or empty: its id. */
  name: z
    .string()
    .trim()
    .max(200, "must be at most 200 characters")
    .regex(/^[^\p{Cc}]*$/u, "must not hold control characters")
    .nullable()
    .transform((name) => name || null)
    .optional(),
  /** What is null is as the settings say; what is left out stays. */
  auto_end: z
    .object({
      enabled: z.boolean().nullable().optional(),
      timeout_seconds: z.int().min(60, "must be at least 60").max(3_600, "must be at most 3600").nullable().optional(),
      warnings: z
        .array(z.int().min(1, "must be at least 1").max(3_600, "must be at most 3600"))
        .min(1, "must hold at least one number")
        .max(5, "must hold at most 5 numbers")
        .transform((seconds) => [...new Set(seconds)].sort((a, b) => b - a))
        .nullable()
        .optional(),
    })
    .optional(),
  /** Null takes it away. Without a secret the stored one stays, unless another host would get what it signs; null: unsigned. */
  webhook: z
    .object({
      url: webhookUrl,
      secret: z
        .string()
        .min(8, "must be at least 8 characters")
        .max(200, "must be at most 200 characters")
        .regex(/^[^\p{Cc}]*$/u, "must not hold control characters")
        .nullable()
        .optional(),
    })
    .nullable()
    .optional(),
});
export type ChannelChanges = z.output<typeof channelChangesSchema>;

/** Where commands are sent; the secret that signs them is never given back. */
export const webhookSchema = z.object({ url: z.string(), has_secret: z.boolean() });

/** A channel with what only those see who may change it. */
export const channelDetailSchema = channelSchema.extend({
  /** Null where there is none, and for whoever may not change channels. */
  webhook: webhookSchema.nullable(),
});
export type ChannelDetail = z.infer<typeof channelDetailSchema>;
