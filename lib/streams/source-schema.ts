// Servers whose streams are polled, as people and API clients send and see them: never with the password.
import { z } from "zod";

/** As in `servers`: what an address holds of a secret would be shown to everybody. */
const urlFault = (text: string): string | null => {
  const url = URL.parse(text);
  if (!url || !["http:", "https:"].includes(url.protocol)) return "must begin with http:// or https://";
  if (url.username !== "" || url.password !== "")
    return "must not hold a user or a password: they have their own fields";
  return url.search !== "" || url.hash !== "" ? "must end with its path: no ? and no #" : null;
};

/** Part of the ids of its channels (`<name>:<mount>`). */
const name = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}_.-]{1,32}$/u, "must be 1 to 32 letters, digits, dots, hyphens or underscores");
const url = z
  .string()
  .trim()
  .max(500, "must be at most 500 characters")
  .superRefine((text, context) => {
    const message = urlFault(text);
    if (message) context.addIssue({ code: "custom", message });
  })
  .describe("Where the Icecast server answers: `http://radio.example.org:8000`");
/** Left out, null or empty: none. A colon would end the name in basic authentication. */
const username = z
  .string()
  .max(100, "must be at most 100 characters")
  .regex(/^[^\p{Cc}:]*$/u, "must not hold colons or control characters")
  .nullish()
  .transform((text) => text?.trim() || null);
const password = z
  .string()
  .max(1_024, "must be at most 1024 characters")
  .regex(/^\P{Cc}*$/u, "must not hold control characters")
  .nullish();
const interval_seconds = z.int("must be a whole number").min(1, "must be at least 1").max(60, "must be at most 60");

export const sourceInputSchema = z.object({
  name,
  url,
  username: username.describe("Of an administrator of Icecast: only `killsource` needs one"),
  password,
  interval_seconds: interval_seconds.default(5),
  enabled: z.boolean().default(true),
});
export type SourceInput = z.output<typeof sourceInputSchema>;

/** What is left out stays; a password of null or "" is removed. Another host, port or user drops a password that is not sent again. */
export const sourceChangesSchema = z.object({
  name: name.optional(),
  url: url.optional(),
  username: username.optional(),
  password: password.optional(),
  interval_seconds: interval_seconds.optional(),
  enabled: z.boolean().optional(),
});
export type SourceChanges = z.output<typeof sourceChangesSchema>;

/** A source that is not saved yet, or a saved one (`id`) with changes that are not. */
export const sourceTrialSchema = z.object({
  id: z.int().min(1).max(2_147_483_647).optional().describe("The saved one whose values stand where none is given"),
  url: url.optional(),
  username: username.optional(),
  password: password.optional(),
});
export type SourceTrial = z.output<typeof sourceTrialSchema>;

/** The source that an address of the API names. */
export const sourceParamsSchema = z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) });

export const SOURCE_STATES = ["ok", "failing", "waiting", "disabled"] as const;

export const streamSourceSchema = z.object({
  id: z.int(),
  name: z.string(),
  kind: z.enum(["icecast"]),
  url: z.string(),
  username: z.string().nullable(),
  has_secret: z.boolean(),
  interval_seconds: z.int(),
  enabled: z.boolean(),
  state: z.enum(SOURCE_STATES).describe("`waiting`: not polled yet"),
  polled_at: z.iso.datetime().nullable(),
  answered_at: z.iso.datetime().nullable(),
  failures: z.int().describe("Polls in a row that failed"),
  error: z.string().nullable().describe("Why the last poll failed"),
  error_code: z.string().nullable().describe("The same for programs, as in a server's `reason`"),
  channels: z.int().describe("Channels that came from it"),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  created_by: z.string().nullable(),
});
export type StreamSource = z.infer<typeof streamSourceSchema>;

export const sourceTestSchema = z.object({
  success: z.boolean(),
  /** For people; holds no secret. */
  message: z.string(),
  /** Why it failed, as in a server's `reason`; null on success. */
  code: z.string().nullable(),
  round_trip_ms: z.number().nullable(),
  /** `Icecast 2.4.4`; null where it does not say. */
  server: z.string().nullable(),
  mounts: z.array(
    z.object({
      mount: z.string(),
      on_air: z.boolean(),
      title: z.string().nullable(),
      listeners: z.int().nullable(),
      bitrate_kbps: z.number().nullable(),
      codec: z.string().nullable(),
    }),
  ),
  /** Whether the user and password open what ends a source. */
  admin: z.enum(["ok", "refused", "not_given"]).nullable(),
});
export type SourceTest = z.infer<typeof sourceTestSchema>;
