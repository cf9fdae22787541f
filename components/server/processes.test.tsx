// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import { Processes } from "./processes";

vi.mock("@/components/live/use-monitoring-web-socket", () => ({ useServerSample: () => undefined }));
afterEach(cleanup);

const MIB = 1024 * 1024;
const one = (pid: number, command: string, change: Record<string, unknown> = {}) => ({
  ...{ pid, command, user: "postgres", cpu_percent: 12.5, rss_bytes: 3 * MIB },
  ...{ read_bytes_per_sec: null, write_bytes_per_sec: 2048, ...change },
});

function show(data: unknown, locale: "en" | "ru" = "en") {
  const initial = { processes: { ts: "2026-03-01T12:00:00.000Z", data } };
  render(
    <NextIntlClientProvider locale={locale} messages={{ en, ru }[locale]} timeZone="UTC">
      <Processes server="local" initial={initial} />
    </NextIntlClientProvider>,
  );
}

const texts = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) =>
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent?.replaceAll("\u00a0", " ")),
    );

describe("the table of processes", () => {
  it("shows who uses most of the processors, and on request of memory", () => {
    show({ total: 212, by_cpu: [one(7, "postgres")], by_memory: [one(8, "java", { user: null, cpu_percent: null })] });
    expect(texts()).toEqual([["postgres", "postgres", "7", "12.5%", "3 MiB", "–", "2 KiB/s"]]);
    expect(screen.getByText("those that use most of 212 processes")).toBeDefined();
    fireEvent.click(screen.getByRole("button", { name: "Memory" }));
    expect(texts()).toEqual([["java", "–", "8", "–", "3 MiB", "–", "2 KiB/s"]]);
    expect(screen.getByRole("button", { name: "Memory" }).getAttribute("aria-pressed")).toBe("true");
  });

  it("says why there is nothing to show", () => {
    show({ total: null, commands: {}, unavailable: { cpu_percent: "told by Linux only" } });
    expect(screen.getByText("told by Linux only")).toBeDefined();
    expect(screen.queryByRole("table")).toBeNull();
  });

  it("says why it does not know what is read and written, in each language", () => {
    const data = { by_cpu: [one(7, "x", { write_bytes_per_sec: null })], unavailable: { io: "only root" } };
    show(data);
    expect(screen.getByText(/CAP_SYS_PTRACE/)).toBeDefined();
    cleanup();
    show(data, "ru");
    expect(screen.getByText(/той же учётной записью/)).toBeDefined();
    expect(screen.queryByText(/same account/)).toBeNull();
  });
});
