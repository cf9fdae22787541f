// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { useSyncExternalStore } from "react";
import { afterEach, expect, it, vi } from "vitest";
import messages from "@/messages/en.json";
import { ChartBoard, useBoard } from "./board";
import { MarkList } from "./mark-list";
import type { ChartMark } from "./marks";

vi.mock("next/navigation", () => ({ useRouter: () => ({}), usePathname: () => "/servers/local" }));
afterEach(cleanup);

const FROM = Date.parse("2026-03-01T12:00:00Z") / 1000;
const mark = (at: number, label: string): ChartMark => ({ at, label, kind: "plain" });

function CursorTime() {
  const { cursor } = useBoard();
  const time = useSyncExternalStore(cursor.subscribe, () => cursor.state?.time ?? null);
  return <output>{time}</output>;
}

function show(marks: readonly ChartMark[], period: "1h" | null): void {
  render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <ChartBoard window={{ period, from: FROM, to: FROM + 3600 }} initial={{}}>
        <MarkList marks={marks} />
        <CursorTime />
      </ChartBoard>
    </NextIntlClientProvider>,
  );
}

it("lists what happened in the period, the newest first, and leads the cursor there", () => {
  show([mark(FROM + 60, "first"), mark(FROM - 60, "before"), mark(FROM + 120, "second")], "1h");
  expect(screen.getByText("2 events in this period")).toBeTruthy();
  const lines = screen.getAllByRole("listitem", { hidden: true });
  expect(lines.map((line) => line.textContent)).toEqual(["12:02:00second", "12:01:00first"]);
  fireEvent.click(screen.getByRole("button", { name: "12:01:00", hidden: true }));
  expect(screen.getByRole("status").textContent).toBe(String(FROM + 60));
});

it("goes on with a period that ends now, and not with one that ended", () => {
  show([mark(FROM + 3700, "since then")], "1h");
  expect(screen.getByText("1 event in this period")).toBeTruthy();
  cleanup();
  show([mark(FROM + 3700, "later")], null);
  expect(screen.queryByText(/in this period/)).toBeNull();
});
