// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { toast } from "sonner";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import ru from "@/messages/ru.json";
import type { EndAction } from "./ending";
import { open, press, SESSIONS, sent, visit } from "./panel.fixture";
import { session } from "./session.fixture";

const success = vi.spyOn(toast, "success");
const warning = vi.spyOn(toast, "warning");

vi.mock("next/navigation", async () => (await import("./navigation.fixture")).navigation);

beforeEach(() => {
  visit("?every=0");
  success.mockClear();
  warning.mockClear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("the blocking tree", () => {
  const tree = () => within(screen.getByRole("list", { name: "Blocking" }));

  it("stands root first, with its victims, each level a list in the one before", async () => {
    await open();
    expect(screen.getByText("1 root blocker, 2 sessions wait")).toBeTruthy();
    const levels = tree()
      .getAllByRole("button", { name: /^Details/ })
      .map((button) => {
        let depth = 0;
        for (let at = button.closest("ul"); at; at = at.parentElement?.closest("ul") ?? null) depth += 1;
        return [button.textContent, depth];
      });
    expect(levels).toEqual([
      ["1", 1],
      ["2", 2],
      ["3", 3],
    ]);
    expect(tree().getByText("blocks 2")).toBeTruthy();
    expect(tree().getByText("blocks 1")).toBeTruthy();
  });

  it("is not there while nobody waits", async () => {
    await open([session(1), session(2)]);
    expect(screen.queryByRole("list", { name: "Blocking" })).toBeNull();
  });

  it("names a prepared transaction, and who is not listed", async () => {
    await open([session(2, { blocked_by: [0] }), session(3, { blocked_by: [99] })]);
    expect(tree().getByText("Prepared transaction")).toBeTruthy();
    expect(tree().getByText("not listed")).toBeTruthy();
    expect(tree().queryByRole("button", { name: /Cancel|Terminate/ })).toBeNull();
  });

  it("shows the beginning of a long one until all is asked for", async () => {
    await open([session(1), ...Array.from({ length: 40 }, (_, at) => session(at + 10, { blocked_by: [1] }))]);
    expect(document.querySelectorAll("ul li")).toHaveLength(25);
    press("Show all 41");
    expect(document.querySelectorAll("ul li")).toHaveLength(41);
  });
});

describe("ending", () => {
  it("says whose query is cancelled and what that does, sends the reason, and offers to terminate", async () => {
    const end = vi.fn(sent);
    await open([session(1), session(2, { blocked_by: [1] })], {}, { end });
    press("Cancel query of session 1");
    const dialog = screen.getByRole("dialog", { name: "Cancel query of session 1" });
    for (const text of ["app", "orders", "0:10", "1 session waits for it.", /statement that runs is stopped/]) {
      expect(within(dialog).getByText(text)).toBeTruthy();
    }
    fireEvent.change(screen.getByLabelText("Reason (optional)"), { target: { value: " too long " } });
    press("Cancel query");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const { backend_start } = session(1);
    expect(end).toHaveBeenCalledWith({ server: "orders/1", pid: 1, verb: "cancel", backend_start, reason: "too long" });
    const [text, options] = success.mock.calls[0] ?? [];
    expect(text).toBe("The query of session 1 was told to stop");
    const offered = options?.action as unknown as { onClick(): void };
    act(() => offered.onClick());
    expect(screen.getByRole("dialog", { name: "Terminate session 1" })).toBeTruthy();
  });

  it("says that there is nothing to cancel in a session that runs nothing", async () => {
    await open();
    press("Cancel query of session 1");
    expect(screen.getByText(/there is nothing to cancel/)).toBeTruthy();
  });

  it("terminates from the menu of a row, and from the details", async () => {
    const end = vi.fn(sent);
    await open([session(8)], {}, { end });
    fireEvent.keyDown(screen.getByRole("button", { name: "Actions for session 8" }), { key: "Enter" });
    fireEvent.click(screen.getByRole("menuitem", { name: "Terminate session" }));
    press("Back");
    expect(end).not.toHaveBeenCalled();
    press("Details of session 8");
    press("Terminate session");
    expect(screen.getByText(/connection is closed at once/)).toBeTruthy();
    press("Terminate session");
    await waitFor(() => expect(success.mock.calls[0]?.[0]).toBe("Session 8 was told to end"));
  });

  it.each(["gone", "reused", "own", "not_client"] as const)(
    "says in words that nothing was done: %s",
    async (outcome) => {
      const end = vi.fn<EndAction>(async () => ({ ok: true, data: { success: false, outcome, message: "no" } }));
      await open([session(8), session(9, { blocked_by: [8] })], {}, { end, locale: "ru" });
      fireEvent.click(screen.getByRole("button", { name: "Завершить сеанс 8" }));
      fireEvent.click(screen.getByRole("button", { name: "Завершить сеанс" }));
      await waitFor(() =>
        expect(warning.mock.calls[0]?.[0]).toBe(ru.activityLive.end.outcome[outcome].replace("{pid}", "8")),
      );
    },
  );

  it.each([
    ["forbidden", "You may not end sessions, or it is turned off in the settings."],
    ["unavailable", "The server could not be told: no collector"],
    ["internal", "This did not work, and it is not known"],
  ] as const)("stays open when it was refused, and says why: %s", async (code, text) => {
    const error = { code, message: "no collector", fields: [] };
    await open(SESSIONS, {}, { end: vi.fn<EndAction>(async () => ({ ok: false, error })) });
    press("Terminate session 1");
    press("Terminate session");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain(text));
    expect(screen.getByRole("dialog", { name: "Terminate session 1" })).toBeTruthy();
  });

  it.each([
    ["its own", { own: true }],
    ["a process of the server", { backend_type: "autovacuum worker" }],
    ["one whose start is not told", { backend_start: null }],
  ])("is not offered for %s", async (_, given) => {
    visit("?every=0&own=1");
    await open([session(8, given)]);
    expect(screen.queryByRole("button", { name: "Actions for session 8" })).toBeNull();
  });
});
