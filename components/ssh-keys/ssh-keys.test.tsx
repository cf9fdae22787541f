// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import { GenerateDialog } from "./generate-dialog";
import { ImportDialog } from "./import-dialog";
import type { KeyActions, KeyRow } from "./key-actions";
import { KeyDialog, type KeyVerb } from "./key-dialog";
import { KeyMenu } from "./key-menu";
import { keyTypeName } from "./key-type";

const refresh = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }) }));
afterEach(cleanup);
beforeEach(() => refresh.mockClear());

const { refused: WORDS } = en.sshKeys;
const refusal = (code: string, fields: object[] = []) =>
  ({ ok: false, error: { code, message: "no", fields } }) as never;

const key: KeyRow = {
  id: 7,
  name: "shop",
  description: null,
  fingerprint: "SHA256:abc",
  key_type: "ssh-ed25519",
  bits: 256,
  public_key: "ssh-ed25519 AAAAC3 dozor-shop",
  has_passphrase: false,
  servers_count: 0,
  created_at: "2026-11-20T10:00:00.000Z",
  created_by: "anna",
  etag: '"tag"',
  servers: [],
};

const show = (children: ReactNode) =>
  render(
    <NextIntlClientProvider locale="en" messages={en} timeZone="UTC">
      {children}
    </NextIntlClientProvider>,
  );
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

describe("generating", () => {
  it("asks for what is needed, then shows the public part and the line for the machine", async () => {
    const generate = vi.fn<KeyActions["generate"]>(async () => ({ ok: true, data: { ...key, has_passphrase: true } }));
    const onClose = vi.fn();
    show(<GenerateDialog generate={generate} onClose={onClose} />);
    type("Name", "shop");
    type("Type", "rsa 4096");
    type("Passphrase (optional)", "quiet harbour");
    press("Generate");
    await screen.findByText("restrict ssh-ed25519 AAAAC3 dozor-shop");
    expect(generate).toHaveBeenCalledWith({
      ...{ name: "shop", description: "", passphrase: "quiet harbour" },
      ...{ key_type: "rsa", key_size: 4096 },
    });
    expect(screen.getByText(en.sshKeys.generate.nextWithPassphrase)).toBeTruthy();
    expect(screen.getByRole("link", { name: "Download public key" }).getAttribute("href")).toBe(
      "/api/ssh-keys/7/download-public",
    );
    expect(refresh).toHaveBeenCalled();
    expect(onClose).not.toHaveBeenCalled();
  });
});

describe("importing", () => {
  it("takes a file, and its name where none was typed", async () => {
    const importKey = vi.fn<KeyActions["importKey"]>(async () => ({ ok: true, data: key }));
    const onClose = vi.fn();
    show(<ImportDialog importKey={importKey} onClose={onClose} />);
    const file = new File(["-----BEGIN"], "id_shop.pem");
    fireEvent.drop(screen.getByLabelText("Private key"), { dataTransfer: { files: [file] } });
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("id_shop"));
    press("Import");
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(importKey).toHaveBeenCalledWith({
      ...{ name: "id_shop", description: "", passphrase: "", private_key: "-----BEGIN" },
    });
  });

  it("does not read a file that is too large", async () => {
    show(<ImportDialog importKey={vi.fn()} onClose={() => {}} />);
    const file = new File(["x".repeat(32_769)], "disk.img");
    fireEvent.drop(screen.getByLabelText("Private key"), { dataTransfer: { files: [file] } });
    await screen.findByText(WORDS.private_key_shape);
    expect(screen.getByLabelText<HTMLTextAreaElement>("Private key").value).toBe("");
  });

  it.each([
    ["conflict", [{ path: "private_key", rule: "duplicate" }, { path: "twin.a.b" }], "This key is here already: a.b."],
    ["conflict", [{ path: "name", rule: "taken" }], WORDS.taken],
    ["invalid", [{ path: "private_key", rule: "public_key" }], WORDS.public_key],
    ["invalid", [{ path: "passphrase", rule: "passphrase_wrong" }], WORDS.passphrase_wrong],
    ["invalid", [{ path: "private_key" }], WORDS.private_key_shape],
    ["forbidden", [], WORDS.forbidden],
    ["internal", [], WORDS.failed],
  ])("says why not, and keeps what was typed: %s %j", async (code, fields, words) => {
    show(<ImportDialog importKey={async () => refusal(code, fields)} onClose={() => {}} />);
    type("Name", "shop");
    type("Private key", "-----BEGIN");
    press("Import");
    await screen.findByText(words);
    expect(screen.getByLabelText<HTMLTextAreaElement>("Private key").value).toBe("-----BEGIN");
  });
});

describe("one key", () => {
  const open = (verb: KeyVerb, given: Partial<KeyActions> = {}, row: Partial<KeyRow> = {}) => {
    const done = () => vi.fn(async () => ({ ok: true as const, data: {} }));
    const actions = { update: done(), remove: done(), ...given };
    const onClose = vi.fn();
    show(<KeyDialog verb={verb} sshKey={{ ...key, ...row }} actions={actions} onClose={onClose} />);
    return { actions, onClose };
  };

  it("is shown with its servers as links", () => {
    open("details", {}, { servers: ["a b", "web"] });
    expect(screen.getByText("SHA256:abc")).toBeTruthy();
    const links = screen.getAllByRole("link").map((link) => link.getAttribute("href"));
    expect(links).toEqual(["/servers/a%20b", "/servers/web", "/api/ssh-keys/7/download-public"]);
  });

  it("is renamed under the tag that was seen", async () => {
    const { actions, onClose } = open("edit");
    type("Name", "store");
    press("Save");
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(actions.update).toHaveBeenCalledWith({ id: 7, etag: '"tag"', name: "store", description: "" });
  });

  it("is not deleted while servers use it, known before or learned from the server", async () => {
    open("remove", {}, { servers: ["web"] });
    expect(screen.queryByRole("button", { name: "Delete" })).toBeNull();
    expect(screen.getByRole("link", { name: "web" })).toBeTruthy();
    cleanup();
    open("remove", { remove: async () => refusal("conflict", [{ path: "servers.new one", rule: "in_use" }]) });
    press("Delete");
    await screen.findByText(/Servers use this key by now: new one/);
  });

  it.each([
    [true, ["Details…", "Download public key", "Edit…", "Delete…"]],
    [false, ["Details…", "Download public key"]],
  ])("offers what the viewer's role may (manages: %s)", async (manage, items) => {
    show(<KeyMenu sshKey={key} manage={manage} actions={{ update: vi.fn(), remove: vi.fn() }} />);
    fireEvent.keyDown(screen.getByRole("button", { name: "Actions for shop" }), { key: "Enter" });
    const menu = await screen.findByRole("menu");
    expect(
      within(menu)
        .getAllByRole("menuitem")
        .map(({ textContent }) => textContent),
    ).toEqual(items);
  });
});

it.each([
  ["ssh-ed25519", 256, "Ed25519"],
  ["ssh-rsa", 3072, "RSA 3072"],
  ["ecdsa-sha2-nistp384", 384, "ECDSA P-384"],
  ["ssh-dss", null, "ssh-dss"],
])("calls %s of %s bits %s", (key_type, bits, name) => {
  expect(keyTypeName({ key_type, bits })).toBe(name);
});
