// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SourceTest } from "@/lib/streams/source-schema";
import en from "@/messages/en.json";
import { RemoveSource } from "./remove-source";
import type { SourceActions, SourceItem } from "./source-actions";
import { SourceDialog } from "./source-dialog";
import { SourceCards, SourcesTable } from "./sources-list";

vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh: () => {} }) }));
configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);

// What the switch measures of itself; jsdom has no layout.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

const WORDS = en.streamSources;
const AT = "2026-11-20T10:00:00.000Z";
const source: SourceItem = {
  ...{ id: 7, name: "radio", kind: "icecast", url: "http://radio.example.org:8000", username: "admin" },
  ...{ has_secret: true, interval_seconds: 5, enabled: true, state: "ok", polled_at: AT, answered_at: AT },
  ...{
    failures: 0,
    error: null,
    error_code: null,
    channels: 2,
    created_at: AT,
    updated_at: AT,
    created_by: "anna",
    etag: '"tag"',
  },
};
const found: SourceTest = {
  ...{ success: true, message: "…", code: null, round_trip_ms: 12, server: "Icecast 2.4.4", admin: "ok" },
  mounts: [{ mount: "/live", on_air: true, title: "Low", listeners: 3, bitrate_kbps: 128, codec: "MP3" }],
};
const refusal = (code: string, fields: object[] = []) =>
  ({ ok: false, error: { code, message: "no", fields } }) as never;

const actions = {
  create: vi.fn<SourceActions["create"]>(),
  update: vi.fn<SourceActions["update"]>(),
  remove: vi.fn<SourceActions["remove"]>(),
  test: vi.fn<SourceActions["test"]>(),
};
const onClose = vi.fn();
beforeEach(() => {
  vi.resetAllMocks();
  actions.create.mockResolvedValue({ ok: true, data: source });
  actions.update.mockResolvedValue({ ok: true, data: source });
  actions.remove.mockResolvedValue({ ok: true, data: {} });
  actions.test.mockResolvedValue({ ok: true, data: found });
});

const show = (children: ReactNode) =>
  render(
    <NextIntlClientProvider locale="en" messages={en} timeZone="UTC">
      {children}
    </NextIntlClientProvider>,
  );
const form = (of: SourceItem | null = null) => show(<SourceDialog source={of} actions={actions} onClose={onClose} />);
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

describe("the form", () => {
  it("adds what was typed, and closes", async () => {
    form();
    type("Name", "radio");
    type("Address", source.url);
    type(WORDS.fields.username, "admin");
    type(WORDS.fields.password, "secret");
    type(WORDS.fields.interval, "9");
    fireEvent.click(screen.getByRole("switch", { name: WORDS.fields.enabled }));
    press("Add");
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(actions.create).toHaveBeenCalledWith({
      ...{ name: "radio", url: source.url, username: "admin", password: "secret", interval_seconds: 9, enabled: false },
    });
  });

  it("tests what was typed before it is saved, and says when that is not any more what is typed", async () => {
    form();
    type("Address", source.url);
    press("Test");
    await screen.findByText("Icecast 2.4.4");
    expect(actions.test).toHaveBeenCalledWith({ url: source.url, username: "" });
    expect(screen.getByText("3 listeners")).toBeTruthy();
    expect(screen.getByText("Low · MP3 · 128 kbit/s")).toBeTruthy();
    expect(screen.getByText(WORDS.test.admin.ok)).toBeTruthy();
    expect(screen.queryByText(WORDS.test.stale)).toBeNull();
    type("Address", "http://elsewhere.example.org");
    expect(screen.getByText(WORDS.test.stale)).toBeTruthy();
    expect(actions.create).not.toHaveBeenCalled();
  });

  it("says in its own words why a test fails, and what the server said", async () => {
    const failed = {
      ...found,
      success: false,
      code: "refused",
      message: "x refuses connections.",
      mounts: [],
      admin: null,
    };
    actions.test.mockResolvedValue({ ok: true, data: failed });
    form();
    press("Test");
    await screen.findByText(WORDS.test.failed.refused);
    expect(screen.getByText("x refuses connections.")).toBeTruthy();
    actions.test.mockResolvedValue({ ok: true, data: { ...found, admin: "refused" } });
    press("Test");
    await screen.findByText(WORDS.test.admin.refused);
    actions.test.mockResolvedValue(refusal("invalid", [{ path: "url", message: "no" }]));
    press("Test");
    await screen.findByText(WORDS.refused.url_shape);
  });

  it("leaves a stored password as it is, and says when it is lost", async () => {
    form(source);
    expect(screen.getByPlaceholderText(WORDS.fields.passwordStored)).toBeTruthy();
    type(WORDS.fields.interval, "10");
    press("Save");
    await waitFor(() => expect(actions.update).toHaveBeenCalledOnce());
    expect(actions.update.mock.calls[0]?.[0]).toEqual({
      ...{
        id: 7,
        etag: '"tag"',
        name: "radio",
        url: source.url,
        username: "admin",
        interval_seconds: 10,
        enabled: true,
      },
    });
    for (const [label, value] of [
      ["Address", "http://other.example.org:8000"],
      [WORDS.fields.username, "bert"],
    ] as const) {
      cleanup();
      form(source);
      type(label, value);
      expect(screen.getByText(WORDS.fields.passwordLost)).toBeTruthy();
      expect(screen.queryByPlaceholderText(WORDS.fields.passwordStored)).toBeNull();
    }
  });

  it.each([
    ["conflict", [{ path: "name", message: "no", rule: "taken" }], WORDS.refused.taken],
    ["conflict", [{ path: "name", message: "no", rule: "channel_taken" }], WORDS.refused.channel_taken],
    ["conflict", [], WORDS.refused.conflict],
    ["invalid", [{ path: "url", message: "no" }], WORDS.refused.url_shape],
    ["precondition_failed", [], WORDS.refused.changed],
    ["not_found", [], WORDS.refused.gone],
    ["internal", [], WORDS.refused.failed],
  ])("keeps what was typed where it is refused: %s %j", async (code, fields, words) => {
    actions.update.mockResolvedValue(refusal(code, fields));
    form(source);
    type("Name", "station");
    press("Save");
    await screen.findByText(words);
    expect((screen.getByLabelText("Name") as HTMLInputElement).value).toBe("station");
    expect(onClose).not.toHaveBeenCalled();
  });
});

describe("removing", () => {
  it("says what becomes of the channels", async () => {
    show(<RemoveSource source={source} remove={actions.remove} onClose={onClose} returnTo={{ current: null }} />);
    expect(screen.getByText(/Its 2 channels stay with their history/)).toBeTruthy();
    press("Remove");
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(actions.remove).toHaveBeenCalledWith({ id: 7, etag: '"tag"' });
  });
});

describe("the list", () => {
  const failing: SourceItem = {
    ...source,
    id: 8,
    name: "off",
    state: "failing",
    error: "x refuses connections.",
    error_code: "refused",
    answered_at: null,
  };
  it.each([
    ["table", SourcesTable],
    ["cards", SourceCards],
  ])("shows state, and why the last poll failed, as %s", (_name, List) => {
    show(<List sources={[source, failing]} actions={actions} asOf={Date.parse(AT)} />);
    const rows = [screen.getByText("radio"), screen.getByText("off")].map(
      (name) => name.closest("tr, li") as HTMLElement,
    );
    expect(within(rows[0] as HTMLElement).getByText("Answers")).toBeTruthy();
    expect(within(rows[1] as HTMLElement).getByText("Does not answer")).toBeTruthy();
    expect(within(rows[1] as HTMLElement).getByText("Connection refused").title).toBe("x refuses connections.");
    expect(screen.getByRole("button", { name: "Actions for off" })).toBeTruthy();
    cleanup();
    show(<List sources={[failing]} actions={null} asOf={Date.parse(AT)} />);
    expect(screen.queryByRole("button")).toBeNull();
  });
});
