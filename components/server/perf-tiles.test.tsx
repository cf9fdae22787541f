// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import type { Probes } from "./newest";
import { PerfTiles } from "./perf-tiles";

vi.mock("@/components/live/use-monitoring-web-socket", () => ({ useServerSample: () => undefined }));
afterEach(cleanup);

function show(data: unknown, locale: "en" | "ru" = "en") {
  const initial: Probes = data === undefined ? {} : { perf_events: { ts: "2026-03-01T12:00:00.000Z", data } };
  const { container } = render(
    <NextIntlClientProvider locale={locale} messages={{ en, ru }[locale]} timeZone="UTC">
      <PerfTiles server="local" initial={initial} />
    </NextIntlClientProvider>,
  );
  return container;
}
const tiles = () =>
  Object.fromEntries(
    screen.getAllByRole("term").map((term) => {
      const values = [...(term.parentElement?.querySelectorAll("dd") ?? [])];
      return [term.textContent, values.map((value) => value.textContent?.replaceAll("\u00a0", " "))];
    }),
  );

const COUNTED = {
  ...{
    cpu_cores: "0-3",
    interval_ms: 500,
    trouble: null,
    unavailable: { "derived.llc_miss_percent": "needs LLC-loads" },
  },
  derived: { ipc: 1.424, branch_miss_percent: 2.5 },
  events: {
    ...{ instructions: { confidence: 58.8 }, cycles: { confidence: 70 } },
    ...{ "branch-misses": { confidence: 100 }, branches: { confidence: 100 } },
    "page-faults": { per_sec: 12_000, confidence: 100 },
  },
};

it("shows ratios and rates, how much of them is an estimate, and why one is missing", () => {
  show(COUNTED);
  expect(tiles()).toMatchObject({
    IPC: ["1.42", "counted 59% of the time"],
    "Branch misses": ["2.5%"],
    "Last cache misses": ["–"],
    "Page faults": [expect.stringMatching(/^12/)],
  });
  expect(screen.getByTitle("needs LLC-loads").textContent).toContain("Last cache misses");
  expect(screen.getByText("cores 0-3, counted for 0.5 s at a time")).toBeDefined();
});

it("says why nothing can be counted, and what to type, in each language", () => {
  const trouble = { code: "no_perf", message: "…", remedy: "sudo apt-get install linux-perf" };
  show({ ...COUNTED, derived: {}, events: {}, trouble });
  expect(screen.getByText(/is not installed/)).toBeDefined();
  expect(screen.getByText("sudo apt-get install linux-perf").tagName).toBe("CODE");
  expect(screen.queryAllByRole("term")).toEqual([]);
  cleanup();
  show({ ...COUNTED, cpu_cores: "all", trouble }, "ru");
  expect(screen.getByText(/не установлена/)).toBeDefined();
  expect(screen.getByText("все ядра, интервал подсчёта 0,5 с")).toBeDefined();
  expect(Object.keys(tiles())).toContain("Промахи общего кэша");
  expect(screen.getByTitle("Инструкций за такт").textContent).toBe("IPC");
});

it("repeats what perf said where nobody has words for it", () => {
  show({ ...COUNTED, trouble: { code: "failed", message: "perf ended: Too many events are opened.", remedy: null } });
  expect(screen.getByText("perf ended: Too many events are opened.")).toBeDefined();
});

it("takes no room while nobody counts", () => {
  expect(show(undefined).textContent).toBe("");
});
