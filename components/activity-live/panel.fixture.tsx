// The panel in a browser without Next, with the answers of a test.
import { act, fireEvent, render } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { vi } from "vitest";
import type { LiveSession, LiveSessions } from "@/lib/fleet/sessions-schema";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import type { EndAction } from "./ending";
import { goTo } from "./navigation.fixture";
import { ActivityPanel } from "./panel";
import { answer, session } from "./session.fixture";

/** Begins at an address; the API answers with that status. */
export function visit(query: string, status = 200): void {
  goTo(query);
  vi.stubGlobal("fetch", async () => (status === 200 ? Response.json(told) : new Response("", { status })));
}

let told: LiveSessions;

const waiting = { wait_event_type: "Lock", wait_event: "transactionid" };

/** A chain of three, one that is idle, one of Dozor. */
export const SESSIONS = [
  session(1, { state: "idle in transaction", xact_age_s: 372, query: "update orders set a = 1" }),
  session(2, { blocked_by: [1], ...waiting, usename: "migrator", query: "alter table orders\n  add b int" }),
  session(3, { blocked_by: [2], ...waiting }),
  session(4, { state: "idle", datname: "billing", xact_start: null, xact_age_s: null }),
  session(5, { own: true, application_name: "dozor" }),
];

export const sent: EndAction = async () => ({ ok: true, data: { success: true, outcome: "sent", message: "" } });

/** The panel after its first answer. */
export async function open(
  sessions: LiveSession[] = SESSIONS,
  given: Partial<LiveSessions> = {},
  { end = sent, locale = "en" } = {},
): Promise<void> {
  told = answer(sessions, given);
  render(
    <NextIntlClientProvider locale={locale} messages={locale === "ru" ? ru : en} timeZone="UTC">
      <ActivityPanel server="orders/1" end={end} />
    </NextIntlClientProvider>,
  );
  await act(async () => {});
}

/** Presses a button by its exact name. Looking by role takes long where there are many. */
export function press(name: string, among: ParentNode = document): void {
  const named = (button: Element) => (button.getAttribute("aria-label") ?? button.textContent)?.replace(/\s/g, " ");
  const button = [...among.querySelectorAll("button, [role=menuitem]")].find((one) => named(one) === name);
  if (!button) throw new Error(`There is no button "${name}"`);
  fireEvent.click(button);
}
