// What an Alertmanager posts to a webhook, version 4: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
import { z } from "zod";

/** Anybody may put anything into a label: what PostgreSQL cannot hold is left out, rather than the alerts beside it. */
const text = z.string().transform((value) => value.replaceAll("\0", "").toWellFormed());
const texts = z.record(text, text);

const alertSchema = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: texts,
  annotations: texts.default({}),
  startsAt: z.iso.datetime({ offset: true }).describe("Since when it fires"),
  endsAt: z.iso.datetime({ offset: true }).describe("Since when it is over; of the year 1 while it fires").optional(),
  generatorURL: text.default(""),
  fingerprint: z.string().min(1).max(64).describe("The same for the same labels"),
});
export type ReportedAlert = z.output<typeof alertSchema>;

export const webhookSchema = z.object({
  version: z.literal("4"),
  receiver: text.default(""),
  truncatedAlerts: z.int().min(0).describe("How many alerts of the group were left out, by `max_alerts`").default(0),
  alerts: z.array(alertSchema).max(2_000),
});
export type WebhookMessage = z.output<typeof webhookSchema>;

export const webhookAnswerSchema = z.object({
  recorded: z.int().describe("Alerts that are news"),
  repeated: z.int().describe("Alerts that were told before"),
});
export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>;
