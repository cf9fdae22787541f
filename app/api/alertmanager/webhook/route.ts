import { reportAlerts } from "@/lib/alertmanager/report";
import { webhookAnswerSchema, webhookSchema } from "@/lib/alertmanager/webhook-schema";
import { endpoint } from "@/lib/http/endpoint";

export const POST = endpoint({
  summary: "Report alerts of a Prometheus Alertmanager",
  description:
    "Made for `webhook_configs` of an Alertmanager (version 4 of its message), with an API token of the scope `alerts:write`. Each alert becomes an event of the activity feed when it fires and when it is over, once: what the feed tells already (the same `fingerprint`, `startsAt` and `status`) is counted as `repeated`. The label `severity` decides how grave it is, `server` names the server it is about, `channel_id` the channel, and the annotation `summary` says what is wrong.",
  allow: "alerts:write",
  body: webhookSchema,
  response: webhookAnswerSchema,
  run: ({ actor, body }) => reportAlerts(actor, body),
});
