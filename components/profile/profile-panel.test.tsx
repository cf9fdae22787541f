// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ActionResult } from "@/lib/http/action";
import type { OwnSession } from "@/lib/users/own-sessions";
import type { CreatedToken, OwnToken, Profile, TotpState } from "@/lib/users/profile-schema";
import en from "@/messages/en.json";
import type { ProfileActions } from "./profile-actions";
import { ProfilePanel } from "./profile-panel";

configure({ asyncUtilTimeout: 10_000 });
const refresh = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh, push: vi.fn() }) }));
vi.mock("sonner", () => ({ toast: { success: vi.fn(), error: vi.fn() } }));

const NOW = Date.UTC(2026, 10, 22, 12);
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const PROFILE: Profile = {
  ...{ id: "u", login: "anna", username: "anna", email: "anna@example.org", role: "operator", status: "active" },
  ...{ is_active: true, created_at: at(90_000), last_login: at(30), must_change_password: false },
  ...{ language: "en", theme: null, time_zone: null, totp_enabled: false },
};
const OFF: TotpState = { enabled: false, enabled_at: null, required: false, recovery_codes_left: 0 };
const ON: TotpState = { enabled: true, enabled_at: at(9), required: false, recovery_codes_left: 2 };
const session = (id: string, changes: Partial<OwnSession> = {}): OwnSession => ({
  ...{ id, kind: "browser", created_at: at(60), last_seen_at: at(1), expires_at: at(-600), ip: "192.0.2.1" },
  ...{ user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", current: false },
  ...changes,
});
const SESSIONS = [
  session("here", { current: true }),
  session("there", { ip: "192.0.2.2" }),
  session("script", { kind: "bearer", user_agent: "curl/8.5.0", ip: null }),
];
const TOKEN: OwnToken = {
  ...{ id: "t", name: "grafana", prefix: "dzr_abcdef", scopes: ["read"], created_at: at(5) },
  ...{ expires_at: at(-50_000), last_used_at: null, last_used_ip: null },
};
const MADE: CreatedToken = { ...TOKEN, token: `dzr_${"x".repeat(43)}` };

const ok = <Data,>(data: Data) => vi.fn(async () => ({ ok: true as const, data }));
const refusal = (code: string, path?: string, rule = "wrong"): ActionResult<never> => ({
  ok: false,
  error: { code: code as "invalid", message: "no", fields: path ? [{ path, message: "no", rule }] : [] },
});
function doubles() {
  return {
    saveProfile: ok({}),
    saveLanguage: vi.fn(async () => {}),
    changePassword: ok({ ended_sessions: 1 }),
    beginTotp: ok({ secret: "ABCDEFGH", qr: { size: 29, path: "M4 4h7v1h-7z" } }),
    confirmTotp: ok(["aaaa-bbbb", "cccc-dddd"]),
    disableTotp: ok({}),
    newRecoveryCodes: ok(["eeee-ffff"]),
    endSession: ok({}),
    endOthers: ok({ ended_sessions: 2 }),
    createToken: ok(MADE),
    revokeToken: ok({}),
  };
}
let actions: { [Name in keyof ProfileActions]: ReturnType<typeof vi.fn<ProfileActions[Name]>> };

beforeEach(() => {
  actions = doubles() as typeof actions;
  refresh.mockClear();
  window.matchMedia = () => ({ matches: false, addEventListener() {}, removeEventListener() {} }) as never;
});
afterEach(cleanup);

function show({ profile = PROFILE, totp = OFF, sessions = SESSIONS, tokens = [TOKEN] as OwnToken[] } = {}) {
  render(
    <NextIntlClientProvider locale="en" messages={en} timeZone="UTC">
      <ProfilePanel
        {...{ profile, totp, sessions, tokens, actions }}
        zones={["Asia/Almaty", "Europe/Berlin"]}
        minLength={12}
        asOf={NOW}
      />
    </NextIntlClientProvider>,
  );
}

const card = (title: string) => {
  const found = screen.getByRole("heading", { name: title, level: 2 }).closest("section");
  if (!found) throw new Error(`no card ${title}`);
  return within(found);
};
const dialog = async () => within(await screen.findByRole("dialog"));
const type = (field: HTMLElement, text: string) => fireEvent.change(field, { target: { value: text } });
const press = (where: { getByRole: typeof screen.getByRole }, name: string) =>
  fireEvent.click(where.getByRole("button", { name }));

describe("the account", () => {
  it("shows who it is, and saves the address", async () => {
    show();
    const account = card("Account");
    for (const text of ["anna", "Operator"]) expect(account.getByText(text)).toBeTruthy();
    type(account.getByLabelText("E-mail"), " new@example.org ");
    press(account, "Save");
    await waitFor(() => expect(actions.saveProfile).toHaveBeenCalledWith({ email: "new@example.org" }));
    await waitFor(() => expect(refresh).toHaveBeenCalled());
  });

  it("says when the address is somebody else's", async () => {
    actions.saveProfile.mockResolvedValueOnce(refusal("conflict", "email", "taken"));
    show();
    press(card("Account"), "Save");
    expect(await screen.findByText(en.profile.refused.email_taken)).toBeTruthy();
  });
});

describe("the preferences", () => {
  it("hold as soon as they are chosen; the browser's time zone is null", async () => {
    show({ profile: { ...PROFILE, time_zone: "Europe/Berlin" } });
    const preferences = card("Preferences");
    const zone = preferences.getByLabelText<HTMLSelectElement>("Time zone");
    expect(zone.value).toBe("Europe/Berlin");
    type(zone, "");
    await waitFor(() => expect(actions.saveProfile).toHaveBeenCalledWith({ time_zone: null }));
    press(preferences, "Русский");
    expect(actions.saveLanguage).toHaveBeenCalledWith("ru");
  });

  it("goes back to the zone that holds when it could not be saved", async () => {
    actions.saveProfile.mockRejectedValueOnce(new Error("offline"));
    show();
    const zone = card("Preferences").getByLabelText<HTMLSelectElement>("Time zone");
    type(zone, "Asia/Almaty");
    expect(zone.value).toBe("Asia/Almaty");
    await waitFor(() => expect(zone.value).toBe(""));
  });
});

describe("the second factor", () => {
  it("is set up by password, QR code and a first code, and gives recovery codes", async () => {
    actions.beginTotp.mockResolvedValueOnce(refusal("invalid", "current_password"));
    actions.confirmTotp.mockResolvedValueOnce(refusal("invalid", "code"));
    show();
    press(card("Second factor"), "Set up");
    const window = await dialog();
    type(window.getByLabelText("Current password"), "wrong");
    press(window, "Continue");
    expect(await window.findByText(en.profile.refused.current_password)).toBeTruthy();
    type(window.getByLabelText("Current password"), "right");
    press(window, "Continue");
    expect(await window.findByRole("img", { name: en.profile.totp.qr })).toBeTruthy();
    expect(window.getByText("ABCD EFGH")).toBeTruthy();
    type(window.getByLabelText("Code"), "000000");
    press(window, "Turn on");
    expect(await window.findByText(en.profile.refused.code)).toBeTruthy();
    type(window.getByLabelText("Code"), " 123 456 ");
    press(window, "Turn on");
    expect(await window.findByText("cccc-dddd")).toBeTruthy();
    expect(actions.beginTotp).toHaveBeenLastCalledWith({ current_password: "right" });
    expect(actions.confirmTotp).toHaveBeenLastCalledWith({ code: "123 456" });
    expect(refresh).not.toHaveBeenCalled();
    press(window, en.profile.totp.codesKept);
    await waitFor(() => expect(refresh).toHaveBeenCalled());
  });

  it("is turned off with password and code", async () => {
    show({ totp: ON });
    expect(card("Second factor").getByText("2 recovery codes left").className).toContain("warn");
    press(card("Second factor"), "Turn off");
    const window = await dialog();
    type(window.getByLabelText("Current password"), "right");
    type(window.getByLabelText("Code"), "123456");
    press(window, "Turn off");
    await waitFor(() =>
      expect(actions.disableTotp).toHaveBeenCalledWith({ current_password: "right", code: "123456" }),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(refresh).toHaveBeenCalled();
  });

  it("gives new recovery codes, shown before anything else happens", async () => {
    show({ totp: ON });
    press(card("Second factor"), "New recovery codes");
    const window = await dialog();
    type(window.getByLabelText("Current password"), "right");
    type(window.getByLabelText("Code"), "aaaa-bbbb");
    press(window, "New recovery codes");
    expect(await window.findByText("eeee-ffff")).toBeTruthy();
  });
});

describe("the sessions", () => {
  it("are listed with this one marked, which alone has no end", () => {
    show();
    const rows = card("Sessions").getAllByRole("listitem");
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining("Firefox on Linuxthis one192.0.2.1"),
      expect.stringContaining("192.0.2.2"),
      expect.stringContaining("curl/8.5.0address unknown"),
    ]);
    expect(rows.map((row) => within(row).queryAllByRole("button").length)).toEqual([0, 1, 1]);
  });

  it("end one by one or all others, after the question", async () => {
    show();
    press(card("Sessions"), "End the session of curl/8.5.0");
    const one = await dialog();
    expect(one.getByText("curl/8.5.0 (address unknown) is signed out at once.")).toBeTruthy();
    expect(actions.endSession).not.toHaveBeenCalled();
    press(one, "End");
    await waitFor(() => expect(actions.endSession).toHaveBeenCalledWith({ id: "script" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    press(card("Sessions"), "End all others");
    press(await dialog(), "End all others");
    await waitFor(() => expect(actions.endOthers).toHaveBeenCalled());
  });

  it("offer nothing to end where this is the only one", () => {
    show({ sessions: SESSIONS.slice(0, 1) });
    expect(card("Sessions").queryAllByRole("button")).toEqual([]);
  });
});

describe("the API tokens", () => {
  it("are made with scopes and an end, and shown once", async () => {
    actions.createToken.mockResolvedValueOnce(refusal("invalid", "scopes.0"));
    show({ tokens: [] });
    expect(card("API tokens").getByText("No API tokens")).toBeTruthy();
    press(card("API tokens"), "New token");
    const window = await dialog();
    type(window.getByLabelText("Name"), "backup script");
    const boxes = window.getAllByRole<HTMLInputElement>("checkbox");
    expect(boxes.map((box) => box.checked)).toEqual([true, false, false, false, false, false]);
    fireEvent.click(boxes[1] as HTMLInputElement);
    fireEvent.click(boxes[0] as HTMLInputElement);
    type(window.getByLabelText("Ends after"), "7");
    press(window, "New token");
    expect(await window.findByText(en.profile.refused.scopes)).toBeTruthy();
    expect(window.getByLabelText<HTMLInputElement>("Name").value).toBe("backup script");
    press(window, "New token");
    expect(await window.findByText(MADE.token)).toBeTruthy();
    expect(actions.createToken).toHaveBeenLastCalledWith({
      name: "backup script",
      scopes: ["servers:write"],
      expires_at: new Date(NOW + 7 * 86_400_000).toISOString(),
    });
    press(window, "I have kept it");
    await waitFor(() => expect(screen.queryByText(MADE.token)).toBeNull());
    expect(refresh).toHaveBeenCalled();
  });

  it("offer no scope that opens nothing to the role", async () => {
    show({ profile: { ...PROFILE, role: "viewer" } });
    press(card("API tokens"), "New token");
    expect((await dialog()).getAllByRole("checkbox")).toHaveLength(3);
  });

  it("are revoked after a question that names them", async () => {
    show();
    press(card("API tokens"), "Revoke grafana");
    const window = await dialog();
    expect(window.getByText(/grafana \(dzr_abcdef…\) is refused at once/)).toBeTruthy();
    press(window, "Revoke");
    await waitFor(() => expect(actions.revokeToken).toHaveBeenCalledWith({ id: "t" }));
  });
});
