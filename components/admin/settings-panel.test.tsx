// @vitest-environment jsdom
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Cleanup } from "@/lib/retention/schema";
import { SETTING_GROUPS } from "@/lib/settings/groups";
import type { SettingKey, Settings } from "@/lib/settings/schema";
import { viewSettings } from "@/lib/settings/view";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import { formBase } from "./form-base";
import { SettingsPanel } from "./settings-panel";
import type { SettingsActions } from "./use-settings-form";

configure({ asyncUtilTimeout: 10_000 });
const refresh = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }) }));

// What the switch measures of itself; jsdom has no layout.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

const GIB = 1_073_741_824;
const VALUES: Partial<Settings> = { retention_days: 28, downsample_interval: "1m" };
const GROUPS = (["collection", "analysis", "records", "streams", "access", "general"] as const).map((name) => ({
  name,
  keys: SETTING_GROUPS[name],
}));
/** 10.5 days at full resolution are 2 GiB, 21 days reduced are 1 GiB. */
const RATES = {
  fullBytesPerHour: (2 * GIB) / (10.5 * 24),
  reducedBytesPerHour: { "5s": GIB, "1m": GIB / (21 * 24), "5m": 0 },
  hourlyBytesPerHour: 0,
  samplesPerHour: 1_000,
};
const NOTHING: Cleanup = { deleted_count: 0, downsampled_count: 0, freed_bytes: 0, last_archive_run: null };

const ok = <Data,>(data: Data) => vi.fn(async (_input: unknown) => ({ ok: true as const, data }));
const refusing = (error: {
  code: "invalid" | "conflict";
  message: string;
  fields: { path: string; message: string; rule: string }[];
}) => vi.fn(async (_input: unknown) => ({ ok: false as const, error }));
let actions: { [Name in keyof SettingsActions]: ReturnType<typeof vi.fn<SettingsActions[Name]>> };

beforeEach(() => {
  actions = { save: ok({}), preview: ok(NOTHING), cleanUp: ok(NOTHING) };
  refresh.mockClear();
});
afterEach(cleanup);

interface Shown {
  values?: Partial<Settings>;
  locks?: Partial<Record<SettingKey, string>>;
  rates?: typeof RATES;
  last?: Cleanup | null;
  locale?: "en" | "ru";
}

async function show({ values = VALUES, locks = {}, rates = RATES, last = null, locale = "en" }: Shown = {}) {
  const rows = Object.entries(values).map(([key, value]) => ({
    ...{ key, value, updatedAt: new Date("2026-11-03T10:00:00Z"), updatedBy: "anna" },
  }));
  const base = formBase(viewSettings(rows, { override: () => undefined, locks }));
  // Given once: a promise made anew with every render would never be through.
  const measured = Promise.resolve(rates);
  const stored = { bytes: 1.2 * GIB, oldest: Date.UTC(2026, 10, 3), newest: Date.UTC(2026, 10, 22) };
  await act(async () => {
    render(
      <NextIntlClientProvider locale={locale} messages={locale === "en" ? en : ru}>
        <SettingsPanel base={base} groups={GROUPS} rates={measured} stored={stored} last={last} actions={actions} />
      </NextIntlClientProvider>,
    );
  });
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, text: string) => fireEvent.change(field(label), { target: { value: text } });
/** As soon as it can be pressed. */
async function press(name: string): Promise<void> {
  const button = () => screen.getByText<HTMLButtonElement>(name, { selector: "button" });
  await waitFor(() => expect(button().disabled).toBe(false));
  fireEvent.click(button());
}
const noteOf = (label: string) =>
  document.getElementById(field(label).getAttribute("aria-describedby") ?? "")?.textContent;

describe("the form", () => {
  it("saves what was changed, and nothing else, and cannot be sent before", async () => {
    await show();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save changes" }).disabled).toBe(true);
    type("Sampling interval", "1");
    fireEvent.click(screen.getByRole("switch", { name: "Clean up by itself" }));
    expect(screen.getByText("2 changes not saved")).toBeTruthy();
    await press("Save changes");
    await waitFor(() => expect(refresh).toHaveBeenCalled());
    expect(actions.save).toHaveBeenCalledExactlyOnceWith({ sampling_interval_seconds: 1, cleanup_enabled: false });
    expect(actions.preview).not.toHaveBeenCalled();
  });

  it("says beside the field what is wrong, and does not send it", async () => {
    await show();
    type("Sampling interval", "61");
    type("Reduce after", "29");
    expect(noteOf("Sampling interval")).toBe("A whole number from 1 to 60.");
    expect(noteOf("Reduce after")).toBe("At most 28 days: reduced values are kept no longer.");
    expect(field("Reduce after").getAttribute("aria-invalid")).toBe("true");
    await press("Save changes");
    for (const action of [actions.save, actions.preview]) expect(action).not.toHaveBeenCalled();
    await press("Discard");
    expect(field("Sampling interval").value).toBe("5");
    expect(noteOf("Sampling interval")).toBe("How often machines are read. From 1 to 60, 5 by default.");
  });

  it("shows what the server refuses at its field, else above the buttons", async () => {
    const refused = {
      path: "retention_months",
      message: "Retention of hourly aggregates: from 1 to 120",
      rule: "range",
    };
    actions.save = refusing({ code: "invalid", message: "no", fields: [refused] });
    await show();
    type("Keep hourly values for", "13");
    await press("Save changes");
    await waitFor(() => expect(noteOf("Keep hourly values for")).toBe("A whole number from 1 to 120."));
    type("Keep hourly values for", "14");
    actions.save.mockRejectedValueOnce(new Error("offline"));
    await press("Save changes");
    await waitFor(() => expect(screen.getByText(en.settings.failed)).toBeTruthy());
    expect(field("Keep hourly values for").value).toBe("14");
  });

  it("shows what the environment fixes, and by which variable", async () => {
    await show({ locks: { retention_days: "RETENTION_DAYS", archive_enabled: "ARCHIVE_ENABLED" } });
    expect(field("Keep reduced values for").disabled).toBe(true);
    expect(noteOf("Keep reduced values for")).toBe("Fixed by the variable RETENTION_DAYS.");
    expect(screen.getByRole<HTMLButtonElement>("switch", { name: "Reduce and delete old history" }).disabled).toBe(
      true,
    );
    expect(field("Sampling interval").disabled).toBe(false);
  });
});

describe("every setting", () => {
  it.each(["en", "ru"] as const)("stands on the page with its name, in %s", async (locale) => {
    await show({ locale });
    const { label } = (locale === "en" ? en : ru).settings;
    const shown = document.body.textContent ?? "";
    for (const [key, name] of Object.entries(label)) if (key !== "thresholds") expect(shown).toContain(name);
    expect(screen.getAllByRole("row")).toHaveLength(6);
  });

  it("says who changed it when, and nothing where it has its default", async () => {
    await show();
    expect(screen.getAllByText(/^Changed by anna, Nov 3, 2026/)).toHaveLength(2);
  });

  it("can be a choice, a threshold or a text", async () => {
    await show();
    await press("Administrators");
    fireEvent.change(screen.getByLabelText("Processor, %: Warning"), { target: { value: "60" } });
    type("Time zone", "Europe/Nowhere");
    expect(noteOf("Time zone")).toBe("A name such as Europe/Berlin.");
    type("Time zone", "Europe/Berlin");
    await press("Save changes");
    await waitFor(() => expect(actions.save).toHaveBeenCalledTimes(1));
    const saved: Partial<Settings> = actions.save.mock.calls[0]?.[0] ?? {};
    const { thresholds, ...others } = saved;
    expect(others).toEqual({ totp_required: "admins", time_zone: "Europe/Berlin" });
    expect(thresholds?.cpu_percent).toEqual({ warning: 60, critical: 90 });
  });

  it("names thresholds that stand the wrong way round, and saves nothing", async () => {
    await show();
    fireEvent.change(screen.getByLabelText("Memory, %: Warning"), { target: { value: "99" } });
    expect(screen.getByText("A warning must not be above critical.")).toBeTruthy();
    await press("Save changes");
    expect(actions.save).not.toHaveBeenCalled();
  });
});

describe("history that would be lost", () => {
  it("is named in numbers before it is saved, and saved only when that is confirmed", async () => {
    actions.preview = ok({ ...NOTHING, deleted_count: 1_200, downsampled_count: 1, freed_bytes: GIB });
    await show();
    type("Keep reduced values for", "14");
    await press("Save changes");
    const dialog = await screen.findByRole("dialog", { name: "Save and delete history?" });
    expect(actions.preview).toHaveBeenCalledExactlyOnceWith({ retention_days: 14 });
    expect(within(dialog).getByText("1,200 hour blocks")).toBeTruthy();
    expect(within(dialog).getByText(/^1\sGiB$/)).toBeTruthy();
    expect(actions.save).not.toHaveBeenCalled();
    await press("Cancel");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await press("Save changes");
    await screen.findByRole("dialog");
    await press("Save and delete");
    await waitFor(() => expect(actions.save).toHaveBeenCalledExactlyOnceWith({ retention_days: 14 }));
  });

  it("is not asked about where none is old enough, nor where more is kept", async () => {
    await show();
    type("Keep reduced values for", "14");
    await press("Save changes");
    await waitFor(() => expect(actions.save).toHaveBeenCalledTimes(1));
    expect(actions.preview).toHaveBeenCalledTimes(1);
  });
});

describe("the price in disk", () => {
  const total = () => screen.getByRole("status").textContent;

  it("follows what is typed; what is no number yet counts as it is saved", async () => {
    await show();
    expect(total()).toBe("3 GiB");
    type("Keep reduced values for", "49");
    expect(total()).toBe("4 GiB");
    expect(screen.getByText(/With the saved settings: 3\sGiB\./)).toBeTruthy();
    type("Keep reduced values for", "");
    expect(total()).toBe("3 GiB");
    await press("1 h");
    expect(total()).toBe("2 GiB");
    expect(screen.getByText(/^1\.2\sGiB stored since Nov/)).toBeTruthy();
  });

  it("warns that nothing is ever deleted without archiving", async () => {
    await show();
    fireEvent.click(screen.getByRole("switch", { name: "Reduce and delete old history" }));
    expect(screen.getByText(en.settings.disk.forever)).toBeTruthy();
    expect(screen.getByText(en.settings.disk.perDay)).toBeTruthy();
  });

  it("is not made up before anything was stored", async () => {
    await show({ rates: { ...RATES, fullBytesPerHour: 0 } });
    expect(screen.getByText(en.settings.disk.unknown)).toBeTruthy();
    expect(screen.queryByRole("status")).toBeNull();
  });
});

describe("the clean-up", () => {
  it("is counted first, then asked for, then done", async () => {
    actions.cleanUp.mockResolvedValueOnce({ ok: true, data: { ...NOTHING, downsampled_count: 3, freed_bytes: 5_000 } });
    await show();
    expect(screen.getByText(en.settings.cleanup.never)).toBeTruthy();
    await press("Clean up now…");
    const dialog = await screen.findByRole("dialog", { name: "Clean up now?" });
    expect(within(dialog).getByText("3 hour blocks")).toBeTruthy();
    expect(actions.cleanUp.mock.calls).toEqual([[{ dry_run: true }]]);
    await press("Clean up");
    await waitFor(() => expect(refresh).toHaveBeenCalled());
    expect(actions.cleanUp.mock.calls).toEqual([[{ dry_run: true }], [{ dry_run: false }]]);
  });

  it("asks nothing where nothing is old enough, and says when another one runs", async () => {
    await show();
    await press("Clean up now…");
    await waitFor(() => expect(actions.cleanUp).toHaveBeenCalledTimes(1));
    expect(screen.queryByRole("dialog")).toBeNull();
    actions.cleanUp.mockImplementation(refusing({ code: "conflict", message: "busy", fields: [] }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Clean up now…" })).toBeTruthy());
    await press("Clean up now…");
    await waitFor(() => expect(screen.getByText(en.settings.cleanup.busy)).toBeTruthy());
  });

  it("shows the last one, and has nothing to do while archiving is off", async () => {
    const last = {
      deleted_count: 40,
      downsampled_count: 2,
      freed_bytes: 3_000,
      last_archive_run: "2026-11-21T12:00:00Z",
    };
    await show({ values: { ...VALUES, archive_enabled: false }, last });
    expect(screen.getByText(/^Last run Nov 21, 2026/)).toBeTruthy();
    expect(screen.getByText("40 hour blocks")).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Clean up now…" }).disabled).toBe(true);
  });
});
