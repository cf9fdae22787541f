// What a streamer may report of its channel: one schema for the push API, its document, sources and tests.
import { z } from "zod";
import type { FieldError } from "../errors";
import { channelIdSchema } from "./schema";

/** Of one request. */
const MOST_EVENTS_AT_ONCE = 500;

const NO_CONTROLS = /^[^\p{Cc}]*$/u;
const line = (most: number) =>
  z
    .string()
    .max(most)
    .regex(NO_CONTROLS, "Must not hold control characters")
    .refine(isWellFormed, "Must be valid text");
/** Lines and tabs are part of what programs tell about failures. */
const message = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[^\p{Cc}]*$|^(?:[^\p{Cc}]|[\n\r\t])*$/u, "Must not hold control characters")
  .refine(isWellFormed, "Must be valid text");

function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** Counts fit the columns that hold them, and their sums stay exact. */
const count = z.int().min(0).max(1_000_000_000);
const seconds = z.number().min(0).max(31_536_000);

const reportedTrack = z.object({
  /** As the streamer calls it: plays of one track are counted by it, else by the title. */
  id: z.union([line(200), z.int().transform(String)]).nullish(),
  title: line(500).min(1),
  url: z
    .string()
    .max(2_048)
    .regex(/^https?:\/\/[^\p{Cc}\s]+$/iu, "Must be an http or https address")
    .refine(isWellFormed, "Must be valid text")
    .nullish(),
  duration_s: seconds.nullish(),
  source: line(100).nullish(),
});

const earliest = Date.UTC(2000, 0, 1);
const latest = Date.UTC(9999, 0, 1);

/** ISO 8601 with an offset, or seconds since the epoch. */
const time = z
  .union([z.iso.datetime({ offset: true }), z.number()])
  .transform((value) => new Date(typeof value === "number" ? value * 1000 : value))
  .refine((date) => date.getTime() >= earliest && date.getTime() < latest, "Must be a time from the year 2000 on");

/** What every event may carry. */
const common = {
  /** When it happened; without it, now. */
  ts: time.optional(),
  /** The same event reported again under this id changes nothing. */
  event_id: line(128).min(1).optional(),
};

export const QUEUE_OPERATIONS = ["add", "priority_add", "remove", "move", "skip", "clear"] as const;

const REPORTED = [
  z.object({ event: z.literal("started"), ...common }),
  z.object({ event: z.literal("stopped"), reason: line(200).optional(), ...common }),
  z.object({ event: z.literal("paused"), ...common }),
  z.object({ event: z.literal("resumed"), ...common }),
  z.object({ event: z.literal("track_changed"), track: reportedTrack, ...common }),
  z.object({ event: z.literal("listeners"), count, ...common }),
  z.object({ event: z.literal("position"), seconds, ...common }),
  z.object({ event: z.literal("placeholder"), on: z.boolean(), ...common }),
  z.object({ event: z.literal("queue"), size: count, ...common }),
  z.object({
    event: z.literal("queue_operation"),
    operation: z.enum(QUEUE_OPERATIONS),
    source: line(100).optional(),
    reason: line(200).optional(),
    track: reportedTrack.nullish(),
    ...common,
  }),
  z.object({ event: z.literal("error"), message, ...common }),
  z.object({ event: z.literal("heartbeat"), ...common }),
] as const;

/** What a streamer sends. */
export const reportedEventSchema = z.discriminatedUnion("event", REPORTED);
export type ReportedEvent = z.output<typeof reportedEventSchema>;

/** Types of events that a streamer may send. */
export const REPORTED_EVENTS = REPORTED.map(({ shape }) => shape.event.value);

/** What a source that is polled knows besides: the format, and the most listeners since the run began. */
export type StreamEvent =
  | Exclude<ReportedEvent, { event: "listeners" }>
  | (Extract<ReportedEvent, { event: "listeners" }> & { peak?: number })
  | { event: "format"; bitrate_kbps: number | null; codec: string | null; ts?: Date; event_id?: string };

/** One event of a batch: read, or what is wrong with it; what was sent is not in it any more. */
export type ReadEvent = { ok: true; event: ReportedEvent; channelId?: string } | { ok: false; fields: FieldError[] };

/** Reads one event of a batch, so that a bad one costs the others nothing. */
export function readEvent(sent: unknown): ReadEvent {
  const parsed = reportedEventSchema.safeParse(sent);
  return parsed.success ? { ok: true, event: parsed.data } : { ok: false, fields: fieldsOf(parsed.error) };
}

/** As `readEvent`, of any channel: the event says of which. */
export function readEventOfChannel(sent: unknown): ReadEvent {
  const channel = z.object({ channel_id: channelIdSchema }).safeParse(sent);
  const read = readEvent(sent);
  if (channel.success) return read.ok ? { ...read, channelId: channel.data.channel_id } : read;
  return { ok: false, fields: [...fieldsOf(channel.error), ...(read.ok ? [] : read.fields)] };
}

/** The types that there are, in the words of a refusal; never what was sent. */
const UNKNOWN_EVENT = `Unknown event; it is one of ${REPORTED_EVENTS.join(", ")}`;

function fieldsOf(error: z.ZodError): FieldError[] {
  return error.issues.map(({ code, path, message }) => ({
    path: path.join("."),
    message: code === "invalid_union" && path.at(-1) === "event" ? UNKNOWN_EVENT : message,
    rule: code,
  }));
}

/** What the API's description says of an event that is read one by one. */
const described = z.toJSONSchema(reportedEventSchema, { io: "input", unrepresentable: "any" });
const batchOf = <Read extends z.ZodType>(event: Read) =>
  z.object({ events: z.array(event).min(1).max(MOST_EVENTS_AT_ONCE) });

/** Events of one channel, each read by itself: a bad one makes no other invalid. */
export const eventsSchema = batchOf(z.unknown().meta({ oneOf: described.oneOf }).transform(readEvent));
/** Events of any channels: each says of which. */
export const eventsOfChannelsSchema = batchOf(
  z
    .unknown()
    .meta({
      allOf: [
        { oneOf: described.oneOf },
        {
          type: "object",
          properties: { channel_id: z.toJSONSchema(channelIdSchema, { io: "input" }) },
          required: ["channel_id"],
        },
      ],
    })
    .transform(readEventOfChannel),
);
