// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ActivityEvent, ActivityPage } from "@/lib/activity/schema";
import type { Role } from "@/lib/users/permissions";
import english from "@/messages/en.json";
import russian from "@/messages/ru.json";
import { event } from "../../tests/support/activity-event";
import { LiveProvider } from "../live/live-provider";
import { ActivityFeed } from "./activity-feed";
import { type ActivityQuery, WHOLE_FEED } from "./address";
import { LastActivity } from "./last-activity";

/** A socket whose server is the test. */
class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static newest: FakeSocket;
  readyState = FakeSocket.OPEN;
  readonly sent: unknown[] = [];
  onopen = () => {};
  onmessage = (_: { data: unknown }) => {};
  constructor() {
    FakeSocket.newest = this;
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {}
}

const VIEWER: Role = "viewer";
const asked: string[] = [];
let answer: ActivityPage = { events: [], total: 0, next: null };

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return Response.json(answer);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const events = (...ids: number[]) => ids.map((id) => event({ id, message: `event ${id}`, type: "system_warning" }));
const page = (list: ActivityEvent[], next: number | null = null) => ({ events: list, total: list.length, next });
const tell = (list: ActivityEvent[], newest: boolean) =>
  act(async () =>
    FakeSocket.newest.onmessage({
      data: JSON.stringify({ type: "activity", timestamp: "", seq: 1, data: { events: list, newest } }),
    }),
  );

interface Shown {
  initial?: ActivityPage;
  query?: ActivityQuery;
  role?: Role;
  locale?: "en" | "ru";
}

function show({ initial = page([]), query = WHOLE_FEED, role = "viewer", locale = "en" }: Shown = {}) {
  const messages = locale === "ru" ? russian : english;
  return render(
    <NextIntlClientProvider locale={locale} messages={messages} timeZone="UTC">
      <LiveProvider>
        <ActivityFeed initial={initial} query={query} role={role} asOf={Date.parse("2026-03-01T12:00:00Z")} />
      </LiveProvider>
    </NextIntlClientProvider>,
  );
}

const rows = () => screen.getAllByRole("listitem").map((row) => /event \d+/.exec(row.textContent ?? "")?.[0]);

describe("ActivityFeed", () => {
  it("shows events under their days, with kind, severity and who", () => {
    const down = event({ id: 2, type: "server_down", severity: "error", message: "orders is down: refused" });
    const login = event({
      ...{ id: 1, type: "user_login", message: "vera signed in", actor: "vera", user_email: "vera@example.net" },
      ...{ target: null, created_at: "2026-02-28T10:00:00Z" },
    });
    show({ initial: page([down, login]) });
    expect(screen.getAllByRole("heading").map((heading) => heading.textContent)).toEqual([
      "Sunday, March 1, 2026",
      "Saturday, February 28, 2026",
    ]);
    const [first, second] = screen.getAllByRole("listitem");
    expect(first?.textContent).toContain("orders is down: refused");
    expect(within(first as HTMLElement).getByText("Error")).toBeTruthy();
    expect(
      within(first as HTMLElement)
        .getByRole("link")
        .getAttribute("href"),
    ).toBe("/servers/orders");
    expect(second?.textContent).toContain("vera@example.net");
  });

  it("puts a new event on top, a late one into its place, and none twice", async () => {
    show({ initial: page(events(5, 3)) });
    await tell(events(5, 3), true);
    await tell(events(6), false);
    await tell(events(4), false);
    await tell(events(6), false);
    expect(rows()).toEqual(["event 6", "event 5", "event 4", "event 3"]);
    expect(asked).toEqual([]);
  });

  it("asks the server anew where filters are set, and only for what may fit", async () => {
    const query = { ...WHOLE_FEED, types: ["system_warning"], search: "event" };
    show({ initial: page(events(5)), query });
    await tell([event({ id: 6, type: "user_login" })], false);
    expect(asked).toEqual([]);
    answer = page(events(7, 5));
    await tell(events(7), false);
    await waitFor(() => expect(rows()).toEqual(["event 7", "event 5"]));
    expect(asked).toEqual(["/api/system/activity?type=system_warning&search=event&limit=50"]);
  });

  it("loads older ones by the cursor, and says when that fails", async () => {
    show({ initial: page(events(5, 4), 4) });
    vi.stubGlobal("fetch", async () => new Response(null, { status: 503 }));
    fireEvent.click(screen.getByRole("button"));
    await waitFor(() => expect(screen.getByRole("alert")).toBeTruthy());
    vi.stubGlobal("fetch", async (path: string) => {
      asked.push(path);
      return Response.json(page(events(3, 2)));
    });
    fireEvent.click(screen.getByRole("button"));
    await waitFor(() => expect(rows()).toEqual(["event 5", "event 4", "event 3", "event 2"]));
    expect(asked).toEqual(["/api/system/activity?limit=50&before=4"]);
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("says what to do where there is nothing", () => {
    show();
    expect(screen.getByText("Nothing has happened yet")).toBeTruthy();
    cleanup();
    show({ query: { ...WHOLE_FEED, search: "x" } });
    expect(screen.getByRole("link", { name: "Clear filters" }).getAttribute("href")).toBe("/activity");
  });

  it("speaks the viewer's language where the details tell what happened", () => {
    const details = { sampling_interval_seconds: { old: 5, new: 1 } };
    const changed = event({ type: "settings_changed", actor: "admin", details, message: "admin changed things" });
    const unknown = event({ id: 9, type: "moon_phase", message: "full moon over orders" });
    show({ initial: page([unknown, event({ id: 2 }), changed]), locale: "ru", role: "admin" });
    const [first, second, third] = screen.getAllByRole("listitem").map((row) => row.textContent);
    expect(first).toContain("full moon over orders");
    expect(first).toContain("moon_phase");
    expect(second).toContain("orders снова отвечает");
    expect(third).toContain("Интервал опроса: 5 → 1");
    expect(third).not.toContain("changed things");
  });

  it("links to pages for administrators only where only they may open them", () => {
    const about = page([
      event({ type: "user_approved", actor: "ada", target: { kind: "user", id: "u", name: "vera" } }),
    ]);
    show({ initial: about, role: "admin" });
    expect(screen.getByRole("link").getAttribute("href")).toBe("/admin/users?search=vera");
    cleanup();
    show({ initial: about, role: "viewer" });
    expect(screen.queryByRole("link")).toBeNull();
  });
});

describe("LastActivity", () => {
  it("shows the last ten, live", async () => {
    render(
      <NextIntlClientProvider locale="en" messages={english} timeZone="UTC">
        <LiveProvider>
          <LastActivity initial={events(12, 11, 10, 9, 8, 7, 6, 5, 4, 3)} role={VIEWER} />
        </LiveProvider>
      </NextIntlClientProvider>,
    );
    expect(rows()).toHaveLength(10);
    await tell(events(13), false);
    expect(rows()[0]).toBe("event 13");
    expect(rows()).toHaveLength(10);
    await tell(events(14, 13, 12), true);
    expect(rows()).toEqual(["event 14", "event 13", "event 12", ...rows().slice(3)]);
  });
});
