// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, expect, it, vi } from "vitest";
import messages from "@/messages/en.json";
import { CompareToggle } from "./compare-toggle";

const at = vi.hoisted(() => ({ push: vi.fn(), query: "" }));
vi.mock("next/navigation", () => ({
  useRouter: () => ({ push: at.push }),
  usePathname: () => "/servers/local/databases/a%2Fb",
  useSearchParams: () => new URLSearchParams(at.query),
}));

afterEach(cleanup);

it.each([
  ["", "false", "/servers/local/databases/a%2Fb?compare=previous"],
  ["oid=7&period=7d", "false", "/servers/local/databases/a%2Fb?oid=7&period=7d&compare=previous"],
  ["compare=previous", "true", "/servers/local/databases/a%2Fb"],
  ["compare=previous&oid=7", "true", "/servers/local/databases/a%2Fb?oid=7"],
])("at ?%s it is pressed: %s, and leads to %s", (query, pressed, address) => {
  at.query = query;
  render(
    <NextIntlClientProvider locale="en" messages={messages}>
      <CompareToggle />
    </NextIntlClientProvider>,
  );
  const toggle = screen.getByRole("button", { name: "Previous period" });
  expect(toggle.getAttribute("aria-pressed")).toBe(pressed);
  fireEvent.click(toggle);
  expect(at.push).toHaveBeenLastCalledWith(address, { scroll: false });
});
