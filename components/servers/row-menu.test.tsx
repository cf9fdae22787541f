// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import { AddServerButton } from "../server-form/add-server-button";
import { DeleteServer } from "../server-form/delete-server";
import type { ServerActions } from "../server-form/server-actions";
import { ServerMenu } from "./row-menu";

const router = { refresh: vi.fn(), push: vi.fn(), replace: vi.fn() };
const address = { pathname: "/servers", search: "" };
vi.mock("next/navigation", () => ({
  useRouter: () => router,
  usePathname: () => address.pathname,
  useSearchParams: () => new URLSearchParams(address.search),
}));
beforeEach(() => {
  vi.clearAllMocks();
  Object.assign(address, { pathname: "/servers", search: "" });
});
afterEach(cleanup);

// A busy machine takes its time.
configure({ asyncUtilTimeout: 10_000 });
const t = en.serverForm;
const server = { name: "orders/1", enabled: true, has_postgres: true, host_kind: null };
const ok = () => vi.fn(async () => ({ ok: true as const, data: {} }));
const actionsWith = (given: Partial<ServerActions> = {}) =>
  ({ load: ok(), remove: ok(), run: ok(), setEnabled: ok(), ...given }) as unknown as ServerActions;
const show = (children: ReactNode) =>
  render(
    <NextIntlClientProvider locale="en" messages={en}>
      {children}
    </NextIntlClientProvider>,
  );
const openMenu = () => fireEvent.keyDown(screen.getByLabelText("Actions for orders/1"), { key: "Enter" });

describe("ServerMenu", () => {
  it("is not there for whoever may change nothing", () => {
    show(<ServerMenu server={server} can={false} actions={actionsWith()} />);
    expect(document.querySelector("button")).toBeNull();
  });

  it("offers what fits: a server that is collected can be paused", async () => {
    const actions = actionsWith();
    show(<ServerMenu server={server} can actions={actions} />);
    openMenu();
    const items = screen.getAllByRole("menuitem").map(({ textContent }) => textContent);
    expect(items).toEqual([t.verbs.edit, t.verbs.test, t.verbs.pause, t.verbs.collect, t.verbs.delete]);
    fireEvent.click(screen.getByText(t.verbs.pause));
    await waitFor(() => expect(actions.setEnabled).toHaveBeenCalledWith({ name: "orders/1", enabled: false }));
    await waitFor(() => expect(router.refresh).toHaveBeenCalled());
  });

  it("offers to resume a paused one, and nothing to try out where nothing is registered", () => {
    const machine = { ...server, enabled: false, has_postgres: false, host_kind: "local" };
    show(<ServerMenu server={machine} can actions={actionsWith()} />);
    openMenu();
    const items = screen.getAllByRole("menuitem").map(({ textContent }) => textContent);
    expect(items).toEqual([t.verbs.edit, t.verbs.resume, t.verbs.delete]);
  });

  it("reads the server anew when it is edited", async () => {
    const load = vi.fn(async () => ({
      ok: false as const,
      error: { code: "not_found" as const, message: "", fields: [] },
    }));
    show(<ServerMenu server={server} can actions={actionsWith({ load })} />);
    openMenu();
    fireEvent.click(screen.getByText(t.verbs.edit));
    await waitFor(() => expect(load).toHaveBeenCalledWith({ name: "orders/1" }));
  });
});

describe("DeleteServer", () => {
  const deleteButton = () => screen.getByText<HTMLButtonElement>(t.remove.submit);
  const typed = (text: string) =>
    fireEvent.change(screen.getByLabelText("Type orders/1 to confirm"), { target: { value: text } });

  it("deletes only what was named, and leaves its page", async () => {
    address.pathname = "/servers/orders%2F1/host";
    const actions = actionsWith();
    const onClose = vi.fn();
    show(<DeleteServer name="orders/1" actions={actions} onClose={onClose} />);
    typed("orders");
    expect(deleteButton().disabled).toBe(true);
    fireEvent.submit(deleteButton());
    expect(actions.remove).not.toHaveBeenCalled();
    typed("orders/1");
    fireEvent.click(deleteButton());
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(actions.remove).toHaveBeenCalledWith({ name: "orders/1" });
    expect(router.push).toHaveBeenCalledWith("/servers");
  });

  it.each(["/servers", "/servers/orders%2F12/host"])("stays at %s, which is not of what goes", async (pathname) => {
    address.pathname = pathname;
    const onClose = vi.fn();
    show(<DeleteServer name="orders/1" actions={actionsWith()} onClose={onClose} />);
    typed("orders/1");
    fireEvent.click(deleteButton());
    await waitFor(() => expect(router.refresh).toHaveBeenCalled());
    expect([onClose.mock.calls.length, router.push.mock.calls.length]).toEqual([1, 0]);
  });

  it("stays when it was refused, and says so", async () => {
    const remove = vi.fn(async () => ({
      ok: false as const,
      error: { code: "forbidden" as const, message: "", fields: [] },
    }));
    const onClose = vi.fn();
    show(<DeleteServer name="orders/1" actions={actionsWith({ remove })} onClose={onClose} />);
    typed("orders/1");
    fireEvent.click(deleteButton());
    await screen.findByText(t.remove.failed);
    expect(onClose).not.toHaveBeenCalled();
  });
});

describe("AddServerButton", () => {
  it("opens by the address only where it was said so, and the address stops asking when it fails", async () => {
    address.search = "add=1&status=down";
    const load = vi.fn(async () => ({
      ok: false as const,
      error: { code: "internal" as const, message: "", fields: [] },
    }));
    show(<AddServerButton actions={actionsWith({ load })} />);
    expect(load).not.toHaveBeenCalled();
    cleanup();
    show(<AddServerButton actions={actionsWith({ load })} byAddress />);
    await waitFor(() => expect(load).toHaveBeenCalledWith({}));
    await waitFor(() => expect(router.replace).toHaveBeenCalledWith("/servers?status=down", { scroll: false }));
  });
});
