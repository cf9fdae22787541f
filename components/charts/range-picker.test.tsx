// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import messages from "@/messages/en.json";
import { RangePicker } from "./range-picker";

const page = vi.hoisted(() => ({ push: vi.fn(), parameters: new URLSearchParams() }));
vi.mock("next/navigation", () => ({
  useRouter: () => ({ push: page.push }),
  usePathname: () => "/servers/local/host",
  useSearchParams: () => page.parameters,
}));

beforeEach(() => {
  document.documentElement.dataset.timeZone = "Europe/Moscow";
  page.push.mockClear();
});
afterEach(cleanup);

function show(query: string) {
  page.parameters = new URLSearchParams(query);
  render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <RangePicker />
    </NextIntlClientProvider>,
  );
}

describe("RangePicker", () => {
  it.each([
    { query: "", chosen: "1 h" },
    { query: "period=7d", chosen: "7 d" },
    { query: "period=nonsense", chosen: "1 h" },
  ])("marks $chosen for ?$query", ({ query, chosen }) => {
    show(query);
    expect(screen.getAllByRole("link", { current: true }).map(({ textContent }) => textContent)).toEqual([chosen]);
  });

  it("leads to each period, the default one without a query", () => {
    show("period=7d");
    const address = (name: string) => screen.getByRole("link", { name }).getAttribute("href");
    expect(address("1 h")).toBe("/servers/local/host");
    expect(address("30 d")).toBe("/servers/local/host?period=30d");
  });

  it("leaves the rest of the address as it is, and takes a page's own usual period", () => {
    page.parameters = new URLSearchParams("chart=local%2Fcpu.user&from=100&to=200");
    render(
      <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
        <RangePicker usual="24h" />
      </NextIntlClientProvider>,
    );
    const address = (name: string) => screen.getByRole("link", { name }).getAttribute("href");
    expect(address("24 h")).toBe("/servers/local/host?chart=local%2Fcpu.user");
    expect(address("7 d")).toBe("/servers/local/host?chart=local%2Fcpu.user&period=7d");
  });

  it("takes typed times as the viewer's, and refuses an end before the beginning", () => {
    show("from=2026-03-01T09:00:00Z&to=2026-03-01T10:00:00Z");
    fireEvent.click(screen.getByRole("button", { name: /1 Mar|Mar 1/ }));
    const from = screen.getByLabelText<HTMLInputElement>("From");
    expect(from.value).toBe("2026-03-01T12:00");
    fireEvent.change(from, { target: { value: "2026-03-01T14:00" } });
    expect(screen.getByRole("alert").textContent).toBe("The end must be after the beginning");
    fireEvent.change(from, { target: { value: "2026-03-01T12:30" } });
    fireEvent.click(screen.getByRole("button", { name: "Show" }));
    expect(page.push).toHaveBeenCalledWith("/servers/local/host?from=2026-03-01T09:30:00Z&to=2026-03-01T10:00:00Z", {
      scroll: false,
    });
  });
});
