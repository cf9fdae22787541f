// @vitest-environment jsdom
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Cleanup } from "@/lib/retention/schema";
import en from "@/messages/en.json";
import type { FormValues } from "./settings-draft";
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
const VALUES: FormValues = {
  sampling_interval_seconds: 5,
  downsample_after_days: 7,
  retention_days: 28,
  retention_months: 12,
  cleanup_interval_minutes: 60,
  archive_enabled: true,
  cleanup_enabled: true,
  downsample_interval: "1m",
};
const RANGES = {
  sampling_interval_seconds: { min: 1, max: 60 },
  downsample_after_days: { min: 0, max: 3_650 },
  retention_days: { min: 1, max: 3_650 },
  retention_months: { min: 1, max: 120 },
  cleanup_interval_minutes: { min: 1, max: 10_080 },
};
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

async function show({ values = VALUES, locks = {}, rates = RATES, last = null as Cleanup | null } = {}) {
  // Given once: a promise made anew with every render would never be through.
  const measured = Promise.resolve(rates);
  const stored = { bytes: 1.2 * GIB, oldest: Date.UTC(2026, 10, 3), newest: Date.UTC(2026, 10, 22) };
  await act(async () => {
    render(
      <NextIntlClientProvider locale="en" messages={en}>
        <SettingsPanel
          base={{ values, ranges: RANGES }}
          locks={locks}
          rates={measured}
          stored={stored}
          last={last}
          actions={actions}
        />
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
    expect(noteOf("Sampling interval")).toBe(en.settings.hint.sampling_interval_seconds);
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
