// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveSessions } from "@/lib/fleet/sessions-schema";
import { open, press, SESSIONS, visit } from "./panel.fixture";
import { session } from "./session.fixture";

vi.mock("next/navigation", async () => (await import("./navigation.fixture")).navigation);

beforeEach(() => visit("?every=0"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const pids = () => [...document.querySelectorAll("tbody td:first-child button")].map(({ textContent }) => textContent);
const choose = (button: RegExp, item: RegExp) => {
  fireEvent.keyDown(screen.getByRole("button", { name: button }), { key: "Enter" });
  fireEvent.click(screen.getByRole("menuitemradio", { name: item }));
};
const query = () => window.location.search;

describe("sessions", () => {
  it("are counted and listed, Dozor's own aside until they are wanted", async () => {
    await open();
    expect(pids()).toEqual(["1", "2", "3", "4"]);
    expect(screen.getByLabelText("Sessions in numbers").textContent).toContain(
      "Sessions4Active2Idle in transaction1Waiting for locks2Longest transaction6:12PID 1",
    );
    fireEvent.click(screen.getByRole("switch", { name: "Dozor’s own" }));
    expect(pids()).toHaveLength(5);
    expect(query()).toBe("?every=0&own=1");
  });

  it("are filtered by the address, and each filter can be taken away", async () => {
    await open();
    choose(/^State: any/, /^waiting for a lock/);
    choose(/^User: any/, /^migrator/);
    expect(pids()).toEqual(["2"]);
    expect(query()).toBe("?every=0&state=waiting&user=migrator");
    expect(screen.getByText("1 of 4 match")).toBeTruthy();
    press("Remove the filter User: migrator");
    expect(pids()).toEqual(["2", "3"]);
    press("Clear filters");
    expect(query()).toBe("?every=0");
  });

  it("are searched", async () => {
    await open();
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "ALTER" } });
    await waitFor(() => expect(pids()).toEqual(["2"]));
    expect(query()).toBe("?every=0&q=ALTER");
  });

  it("say that none fits, with what holds them back", async () => {
    visit("?every=0&database=gone&age=60");
    await open();
    expect(screen.getByText("No session fits the filters")).toBeTruthy();
    press("Remove the filter Minimum age: 1 min");
    press("Remove the filter Database: gone");
    expect(pids()).toHaveLength(4);
  });

  it("are sorted by a column, the other way round the second time", async () => {
    await open();
    press("PID");
    expect(pids()).toEqual(["1", "2", "3", "4"]);
    press("PID");
    expect(pids()).toEqual(["4", "3", "2", "1"]);
    expect(screen.getByRole("columnheader", { name: "PID" }).getAttribute("aria-sort")).toBe("descending");
    expect(query()).toBe("?every=0&sort=-pid");
  });

  it("are drawn a hundred at a time", async () => {
    await open(
      Array.from({ length: 150 }, (_, at) => session(at + 1)),
      { total: 3_214 },
    );
    expect(pids()).toHaveLength(100);
    expect(screen.getByText(/Only 150 of 3,214 sessions are listed/)).toBeTruthy();
    press("Show 50 more");
    expect(pids()).toHaveLength(150);
  });

  it("show all that is known of them, with the whole query", async () => {
    await open();
    fireEvent.click(within(screen.getByRole("table")).getByRole("button", { name: "Details of session 2" }));
    const dialog = screen.getByRole("dialog", { name: "Session 2" });
    expect(within(dialog).getByRole("region", { name: "Query text" }).textContent).toBe(
      "alter table orders\n  add b int",
    );
    expect(within(dialog).getByRole("button", { name: "Copy: Query text" })).toBeTruthy();
    expect(within(dialog).getByText("10.20.3.14")).toBeTruthy();
  });
});

describe("states", () => {
  it("shows the final shape until there is an answer", async () => {
    await open([], { ts: null });
    expect(document.querySelector("[aria-busy]")).toBeTruthy();
  });

  it.each<[string, Partial<LiveSessions>, number, RegExp]>([
    ["nobody is connected", {}, 200, /^No sessions$/],
    ["signed out", {}, 401, /^You may not see this any more$/],
    ["no such server", {}, 404, /^There is no server of this name any more\.$/],
    ["Dozor fails", {}, 500, /^Dozor does not answer/],
    ["paused", { ts: null, trouble: { code: "paused", message: "no" } }, 200, /^This server is paused$/],
    ["down", { ts: null, trouble: { code: "refused", message: "port 5432" } }, 200, /\(port 5432\)$/],
    ["another reason", { ts: null, trouble: { code: "odd", message: "An odd one" } }, 200, /^An odd one$/],
  ])("says why there are none: %s", async (_, given, code, text) => {
    visit("?every=0", code);
    await open([], given);
    expect(screen.getByText(text)).toBeTruthy();
  });

  it("says that Dozor's role does not see all, and shows what it sees", async () => {
    const unseen = { state: null, query: null, backend_type: null };
    await open([session(7, unseen)], { trouble: { code: "permission", message: "Grant it pg_monitor" } });
    expect(screen.getByText(/does not see all of other users’ sessions/)).toBeTruthy();
    expect(screen.getByText("Grant it pg_monitor")).toBeTruthy();
    expect(screen.getByText("not visible")).toBeTruthy();
    expect(screen.getByText("not visible to Dozor’s role")).toBeTruthy();
  });

  it("says that literals are hidden, and offers nothing to those who may not end sessions", async () => {
    await open(SESSIONS, { masked: true, can_end: false });
    expect(screen.getByText(/Literals in query texts are hidden/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Cancel query|Terminate session|Actions/ })).toBeNull();
  });

  it("says since when it is stale, when nothing newer comes", async () => {
    visit("?every=1");
    vi.useFakeTimers({ now: Date.parse("2026-11-20T12:00:00Z") });
    try {
      await open();
      await act(() => vi.advanceTimersByTimeAsync(2_500));
      expect(screen.queryByText(/stale/)).toBeNull();
      await act(() => vi.advanceTimersByTimeAsync(1_600));
      expect(screen.getByText(/^stale since \d\d:00:00, 4 s$/)).toBeTruthy();
    } finally {
      vi.useRealTimers();
    }
  });
});
