// What the feed tells of an alert that an Alertmanager reported. Pure.
import type { ActivityEntry, Target } from "../activity/append";
import type { Severity } from "../activity/schema";
import type { ReportedAlert } from "./webhook-schema";

/** By the values of the label `severity` that rules in the wild use; any other one is a warning. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ...["critical", "error", "page", "fatal", "emergency", "high"].map((word) => [word, "error"] as const),
  ...["info", "information", "notice", "low", "none", "ok"].map((word) => [word, "info"] as const),
]);

const NAME_CHARACTERS = 100;
const SUMMARY_CHARACTERS = 300;
const VALUE_CHARACTERS = 300;
/** Of all labels together: an event's details are at most 16 KiB, or they give way to a note and would be told again. */
const LABELS_BYTES = 6_000;

/** By what the same news is known again. */
export interface AlertKey {
  type: "alert_fired" | "alert_resolved";
  fingerprint: string;
  starts_at: string;
}

export const keyOf = ({ status, fingerprint, startsAt }: ReportedAlert): AlertKey => ({
  type: status === "firing" ? "alert_fired" : "alert_resolved",
  fingerprint,
  starts_at: new Date(startsAt).toISOString(),
});

/** The alert as an event: its sentence, and the words that tell it in another language. */
export function eventOf(alert: ReportedAlert, target: Target | undefined): ActivityEntry {
  const { type, ...key } = keyOf(alert);
  const name = line(alert.labels.alertname ?? "", NAME_CHARACTERS) || "An alert";
  const summary = line(alert.annotations.summary ?? alert.annotations.description ?? "", SUMMARY_CHARACTERS);
  const fires = type === "alert_fired";
  const on = target ? ` on ${target.name}` : "";
  return {
    type,
    severity: fires ? (SEVERITIES.get((alert.labels.severity ?? "").toLowerCase()) ?? "warning") : "info",
    message: `${name} ${fires ? "fires" : "is over"}${on}${fires && summary ? `: ${summary}` : ""}`,
    ...(target && { target }),
    details: {
      source: "alertmanager",
      alert: name,
      summary,
      ...key,
      ends_at: fires || !alert.endsAt ? null : new Date(alert.endsAt).toISOString(),
      labels: labelsOf(alert.labels),
      generator_url: addressOf(alert.generatorURL),
    },
  };
}

/** A text as one line of at most so many characters. */
function line(text: string, characters: number): string {
  const shown = text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
  return [...shown].slice(0, characters).join("");
}

/** The labels in their order, as many as there is room for, long values cut. */
function labelsOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  let room = LABELS_BYTES;
  const kept = Object.entries(labels).flatMap(([label, value]) => {
    const cut = line(value, VALUE_CHARACTERS);
    room -= Buffer.byteLength(JSON.stringify([label, cut]));
    return room < 0 ? [] : [[label, cut] as const];
  });
  return Object.fromEntries(kept);
}

/** Where Prometheus shows the rule's expression, if that is an address that a browser may open. */
function addressOf(text: string): string | null {
  const isAddress = /^https?:\/\//i.test(text) && text.length <= 2_000 && URL.canParse(text);
  return isAddress ? new URL(text).href : null;
}
