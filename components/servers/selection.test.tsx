// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { Toaster } from "sonner";
import { afterEach, describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import { Selection, type SetEnabled } from "./selection";

vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh: () => {} }) }));
afterEach(cleanup);
// A busy machine takes its time.
configure({ asyncUtilTimeout: 10_000 });

describe("Selection", () => {
  it("says that it failed, and can be used again, when no answer came", async () => {
    const setEnabled = vi.fn<SetEnabled>(() => Promise.reject(new TypeError("Failed to fetch")));
    render(
      <NextIntlClientProvider locale="en" messages={en}>
        <Selection setEnabled={setEnabled}>
          <input type="checkbox" name="server" value="shop" aria-label="shop" />
        </Selection>
        <Toaster />
      </NextIntlClientProvider>,
    );
    fireEvent.click(screen.getByLabelText("shop"));
    const pause = screen.getByRole("button", { name: en.servers.pause });
    fireEvent.click(pause);
    await screen.findByText(en.serverForm.refused.failed);
    await waitFor(() => expect(pause).toHaveProperty("disabled", false));
    expect(setEnabled).toHaveBeenCalledWith({ names: ["shop"], enabled: false });
  });
});
