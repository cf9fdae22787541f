// @vitest-environment jsdom
import { act, cleanup, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, expect, it, vi } from "vitest";
import messages from "../../messages/en.json";
import { CHANNEL } from "../../tests/support/channel";
import { LiveProvider } from "../live/live-provider";
import { Breadcrumb } from "./breadcrumb";

const path = vi.hoisted(() => ({ now: "" }));
vi.mock("next/navigation", () => ({ usePathname: () => path.now }));

let tell: (data: unknown) => void;
vi.stubGlobal(
  "WebSocket",
  class {
    readyState = 1;
    onopen = () => {};
    onmessage = (_: { data: string }) => {};
    constructor() {
      tell = (data) =>
        act(() => this.onmessage({ data: JSON.stringify({ type: "snapshot", timestamp: "", seq: 1, data }) }));
      queueMicrotask(() => this.onopen());
    }
    send() {}
    close() {}
  },
);
afterEach(cleanup);

it.each([
  ["/streams/-100123", "Night watch"],
  ["/streams/-100124", "-100124"],
  ["/servers/-100123", "-100123"],
])("of %s ends in %s", async (address, title) => {
  path.now = address;
  render(
    <NextIntlClientProvider locale="en" messages={messages}>
      <LiveProvider>
        <Breadcrumb />
      </LiveProvider>
    </NextIntlClientProvider>,
  );
  await act(async () => {});
  const channels = [{ ...CHANNEL, channel_id: "-100123", name: "Night watch" }];
  tell({ stats: { cpu_percent: 1 }, servers: [], channels, warnings: [] });
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe(title);
});
