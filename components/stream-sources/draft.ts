import type { SourceFields, SourceItem } from "./source-actions";

/** What is typed into the form. */
export interface SourceDraft {
  name: string;
  url: string;
  username: string;
  password: string;
  interval: string;
  enabled: boolean;
}

const DEFAULT_INTERVAL = "5";

export function draftOf(source: SourceItem | null): SourceDraft {
  return {
    name: source?.name ?? "",
    url: source?.url ?? "",
    username: source?.username ?? "",
    password: "",
    interval: source ? String(source.interval_seconds) : DEFAULT_INTERVAL,
    enabled: source?.enabled ?? true,
  };
}

/** A password that is not typed stays as it is. */
export function fieldsOf({ name, url, username, password, interval, enabled }: SourceDraft): SourceFields {
  const interval_seconds = Number(interval.trim() || Number.NaN);
  return { name, url, username, ...(password !== "" && { password }), interval_seconds, enabled };
}

/** Whether saving would keep the stored password: it goes nowhere but where, and under which name, it was given for. */
export function keepsPassword(source: SourceItem | null, { url, username }: SourceDraft): boolean {
  if (!source?.has_secret) return false;
  const origin = URL.parse(url.trim())?.origin;
  return origin === URL.parse(source.url)?.origin && username.trim() === (source.username ?? "");
}
