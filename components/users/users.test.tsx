// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import { CreateDialog } from "./create-dialog";
import type { UserActions, UserRow } from "./user-actions";
import { UserDialog } from "./user-dialog";
import { UserMenu } from "./user-menu";
import { type UserVerb, verbsOf } from "./user-verbs";

const refresh = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }) }));
afterEach(cleanup);
beforeEach(() => refresh.mockClear());

const ok = <Data,>(data: Data) => ({ ok: true as const, data });
const refused = (code: string, fields: object[] = []) =>
  ({ ok: false, error: { code, message: "no", fields } }) as never;

const user: UserRow = {
  id: "6e9b2c70-0000-4000-8000-000000000001",
  login: "anna",
  username: "anna",
  email: "anna@example.org",
  role: "viewer",
  status: "active",
  is_active: true,
  created_at: "2026-11-20T10:00:00.000Z",
  last_login: null,
  second_factor: true,
  must_change_password: false,
  sessions: 2,
  decided_at: null,
  decided_by: null,
  rejection_reason: null,
  etag: '"tag"',
};

function actionsWith(given: Partial<UserActions> = {}) {
  const done = () => vi.fn(async () => ok({}));
  return {
    ...{ create: vi.fn(async () => ok({ password: "abcd2-efgh3" })), update: done(), approve: done(), reject: done() },
    ...{ block: done(), unblock: done(), resetPassword: vi.fn(async () => ok({ password: "abcd2-efgh3" })) },
    ...{ resetSecondFactor: done(), endSessions: done(), remove: done() },
    ...given,
  };
}

const show = (children: ReactNode) =>
  render(
    <NextIntlClientProvider locale="en" messages={en}>
      {children}
    </NextIntlClientProvider>,
  );

function open(verb: UserVerb, given: Partial<UserActions> = {}, row: Partial<UserRow> = {}) {
  const actions = actionsWith(given);
  const onClose = vi.fn();
  show(<UserDialog verb={verb} user={{ ...user, ...row }} own={false} actions={actions} onClose={onClose} />);
  return { actions, onClose };
}

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const named = { login: "anna", etag: '"tag"' };

describe("UserDialog", () => {
  it("saves e-mail and role under the tag that was read, and closes", async () => {
    const { actions, onClose } = open("edit");
    type("E-mail (optional)", " new@example.org ");
    type("Role", "operator");
    press("Save");
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(actions.update).toHaveBeenCalledWith({ ...named, email: "new@example.org", role: "operator" });
    expect(refresh).toHaveBeenCalled();
  });

  it("says that somebody else was faster, keeps what was typed and reads the list anew", async () => {
    const { onClose } = open("edit", { update: async () => refused("precondition_failed") });
    type("E-mail (optional)", "new@example.org");
    type("Role", "operator");
    press("Save");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe(en.users.refused.changed));
    expect(screen.getByLabelText<HTMLInputElement>("E-mail (optional)").value).toBe("new@example.org");
    expect(screen.getByLabelText<HTMLSelectElement>("Role").value).toBe("operator");
    expect(refresh).toHaveBeenCalled();
    expect(onClose).not.toHaveBeenCalled();
  });

  it.each([
    [refused("conflict", [{ path: "login", rule: "last_admin", message: "" }]), en.users.refused.last_admin],
    [refused("not_found"), en.users.refused.gone],
    [refused("internal"), en.users.refused.failed],
  ])("says why it was refused", async (answer, text) => {
    open("block", { block: async () => answer });
    press("Block");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe(text));
  });

  it("says at the field that an address is taken", async () => {
    const taken = refused("conflict", [{ path: "email", rule: "taken", message: "" }]);
    open("edit", { update: async () => taken });
    press("Save");
    await screen.findByText(en.users.refused.email_taken);
    expect(screen.getByLabelText("E-mail (optional)").getAttribute("aria-invalid")).toBe("true");
  });

  it("deletes only after the login was typed", async () => {
    const { actions, onClose } = open("remove");
    const button = screen.getByRole<HTMLButtonElement>("button", { name: "Delete" });
    expect(button.disabled).toBe(true);
    type("Type anna to confirm", "ann");
    expect(button.disabled).toBe(true);
    type("Type anna to confirm", "anna");
    press("Delete");
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(actions.remove).toHaveBeenCalledWith(named);
  });

  it("shows a reset password once, to be copied", async () => {
    const { onClose } = open("resetPassword");
    const copied = vi.fn(async () => {});
    Object.assign(navigator, { clipboard: { writeText: copied } });
    expect(screen.getByText(/2 sessions end at once/)).toBeTruthy();
    press("Reset password");
    const field = await screen.findByLabelText<HTMLInputElement>("One-time password");
    expect(field.value).toBe("abcd2-efgh3");
    press("Copy");
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("Copied."));
    expect(copied).toHaveBeenCalledWith("abcd2-efgh3");
    expect(onClose).not.toHaveBeenCalled();
    press("Done");
    expect(onClose).toHaveBeenCalled();
  });

  it("copies without the browser's clipboard, too", async () => {
    open("resetPassword");
    Object.assign(navigator, { clipboard: { writeText: async () => Promise.reject(new Error("not allowed")) } });
    Object.assign(document, { execCommand: vi.fn(() => true) });
    press("Reset password");
    await screen.findByLabelText("One-time password");
    press("Copy");
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("Copied."));
    expect(document.execCommand).toHaveBeenCalledWith("copy");
  });

  it("sends the reason of a rejection, and the role of an approval", async () => {
    const rejecting = open("reject", {}, { status: "pending" });
    type("Reason", "Not one of us");
    press("Reject");
    await waitFor(() => expect(rejecting.onClose).toHaveBeenCalled());
    expect(rejecting.actions.reject).toHaveBeenCalledWith({ ...named, reason: "Not one of us" });
    cleanup();
    const approving = open("approve", {}, { status: "pending" });
    type("Role", "operator");
    press("Approve");
    await waitFor(() => expect(approving.onClose).toHaveBeenCalled());
    expect(approving.actions.approve).toHaveBeenCalledWith({ ...named, role: "operator" });
  });
});

describe("CreateDialog", () => {
  it("creates, then shows the generated password with the login that it is for", async () => {
    const { create } = actionsWith();
    show(<CreateDialog create={create} onClose={() => {}} />);
    type("Login", " otto ");
    press("Create");
    expect((await screen.findByLabelText<HTMLInputElement>("One-time password")).value).toBe("abcd2-efgh3");
    expect(screen.getByText(/Give this password to otto/)).toBeTruthy();
    expect(create).toHaveBeenCalledWith({ login: "otto", email: "", role: "viewer" });
  });

  it("keeps what was typed where the login is taken or has no shape", async () => {
    const create = vi
      .fn<UserActions["create"]>()
      .mockResolvedValueOnce(refused("conflict", [{ path: "login", rule: "taken", message: "" }]))
      .mockResolvedValueOnce(refused("invalid", [{ path: "login", message: "" }]));
    show(<CreateDialog create={create} onClose={() => {}} />);
    type("Login", "-otto");
    press("Create");
    await screen.findByText(en.users.refused.login_taken);
    press("Create");
    await screen.findByText(en.users.refused.login_shape);
    expect(screen.getByLabelText<HTMLInputElement>("Login").value).toBe("-otto");
  });
});

describe("the menu of a user", () => {
  it.each([
    ["active", ["edit", "resetPassword", "resetSecondFactor", "endSessions", "block", "remove"]],
    ["blocked", ["edit", "resetPassword", "resetSecondFactor", "endSessions", "unblock", "remove"]],
    ["pending", ["approve", "reject", "edit", "resetSecondFactor", "endSessions", "remove"]],
    ["rejected", ["approve", "edit", "resetSecondFactor", "endSessions", "remove"]],
  ] as const)("offers to one who is %s what the server would do", (status, verbs) => {
    expect(verbsOf({ ...user, status }, false)).toEqual(verbs);
  });

  it("offers nothing against oneself", () => {
    expect(verbsOf(user, true)).toEqual(["edit", "endSessions"]);
    expect(verbsOf({ ...user, sessions: 1 }, true)).toEqual(["edit"]);
  });

  it("opens the dialog that was chosen, by keyboard too", async () => {
    show(<UserMenu user={user} own={false} actions={actionsWith()} />);
    fireEvent.keyDown(screen.getByRole("button", { name: "Actions for anna" }), { key: "Enter" });
    const menu = await screen.findByRole("menu");
    fireEvent.click(within(menu).getByRole("menuitem", { name: "Block…" }));
    const dialog = await screen.findByRole("dialog", { name: "Block anna" });
    fireEvent.keyDown(dialog, { key: "Escape" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Actions for anna" })));
  });
});
