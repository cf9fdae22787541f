// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerConfig } from "@/lib/fleet/input-schema";
import type { PostgresTest, SshTest } from "@/lib/fleet/test-schema";
import en from "@/messages/en.json";
import type { ServerActions, FormData as Start } from "./server-actions";
import { ServerDialog } from "./server-dialog";

const refresh = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }) }));
const fetched = vi.fn();
beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

// A busy machine takes its time.
configure({ asyncUtilTimeout: 10_000 });
const t = en.serverForm;
const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGQ0b2Rvem9yZG96b3Jkb3pvcmRvem9yZG96b3I";
const OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV2aWxldmlsZXZpbGV2aWxldmlsZXZpbGV2aWw";
const config: ServerConfig = {
  ...{ name: "orders", host: "db.example.net", port: 5432, user: "dozor", database: "postgres" },
  ...{ sslmode: "verify-full", ca: null, has_password: true, host_kind: "ssh", ssh_host: null, ssh_port: 22 },
  ...{ ssh_user: "watch", ssh_auth_type: "password", ssh_key_id: null, has_ssh_password: true },
  ...{ has_ssh_key_passphrase: false, ssh_host_keys: [HOST_KEY], enabled: true, labels: {}, intervals: {} },
};
const intervals = { collect_interval: 15, size_update_interval: 1_800, db_check_interval: 1_800 };
const added: Start = { stored: null, intervals, keys: [] };
const edited: Start = { stored: { config, etag: '"tag"' }, intervals, keys: [] };

const ok = <Data,>(data: Data) => ({ ok: true as const, data });
const refused = (code: string, fields: object[] = []) =>
  ({ ok: false, error: { code, message: "no", fields } }) as never;
const answer = (body: object, status = 200) => new Response(JSON.stringify(body), { status });

const postgres: PostgresTest = {
  ...{ success: true, message: "Connected.", code: null, round_trip_ms: 12, version: "17.7", version_number: 170_007 },
  ...{ in_recovery: false, pooled: false, connections: { active: 14, idle: 52, max: 200 } },
  tls: { protocol: "TLSv1.3", cipher: "AES_256_GCM", verified: "name" },
  privileges: [
    { name: "pg_monitor", granted: true, lost: null },
    { name: "pg_signal_backend", granted: false, lost: "sessions" },
  ],
  probes: [{ probe: "instance", ok: true, ms: 2, reason: null }],
  grant_script: "GRANT pg_signal_backend TO dozor;",
  cost: { queries_per_min: 26, ms_per_min: 14, connections: 2 },
};
const key = (line: string, fingerprint: string) => ({ type: "ssh-ed25519", fingerprint, key: line });
const ssh: SshTest = {
  ...{ success: false, message: "Not confirmed yet.", code: "ssh_host_key", round_trip_ms: 3, system: null },
  ...{ host_key: key(OTHER_KEY, "SHA256:new"), host_key_state: "unknown", expected: [] },
};

function show(start: Start, given: Partial<ServerActions> = {}) {
  const actions = {
    load: vi.fn(async () => ok(start)),
    create: vi.fn(async () => ok({ name: "reports" })),
    update: vi.fn(async () => ok({ name: "orders" })),
    ...{ remove: vi.fn(), hostKeys: vi.fn(), run: vi.fn(), setEnabled: vi.fn() },
    ...given,
  } as unknown as { [Name in keyof ServerActions]: ReturnType<typeof vi.fn> };
  const handlers = { onClose: vi.fn(), onSaved: vi.fn() };
  render(
    <NextIntlClientProvider locale="en" messages={en}>
      <ServerDialog start={start} actions={actions as unknown as ServerActions} {...handlers} />
    </NextIntlClientProvider>,
  );
  return { actions, ...handlers };
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, value: string) => fireEvent.change(field(label), { target: { value } });
/** Asking for roles takes jsdom long in a form of this size. */
const buttonOf = (name: string) => {
  const named = (button: HTMLButtonElement) => button.ariaLabel === name || button.textContent?.startsWith(name);
  const found = [...document.querySelectorAll("button")].find(named);
  if (!found) throw new Error(`There is no button ${name}`);
  return found;
};
const press = (name: string) => fireEvent.click(buttonOf(name));
const goTo = (title: string) => fireEvent.click(screen.getByText(title));
const step = () => document.querySelector("[aria-current=step]")?.textContent ?? "";
const sent = (call = 0) => JSON.parse(fetched.mock.calls[call]?.[1].body);
const noteOf = (label: string) =>
  document.getElementById(field(label).getAttribute("aria-describedby") ?? "")?.textContent;

function fill() {
  type(t.fields.name, "reports");
  type(t.fields.host, "reports.example.net");
  type(t.fields.user, "dozor");
}

describe("a pasted connection", () => {
  const paste = (text: string) => fireEvent.paste(field(t.paste.label), { clipboardData: { getData: () => text } });

  it("fills the fields, hands the password to its field alone, and says what it does not use", () => {
    show(added);
    paste("postgresql://watcher:s3cr%40t@reports.example.net:6432/app?sslmode=require&application_name=x");
    expect(field(t.fields.host).value).toBe("reports.example.net");
    expect(field(t.fields.port).value).toBe("6432");
    expect(field(t.fields.user).value).toBe("watcher");
    expect(field(t.fields.password).value).toBe("s3cr@t");
    expect(field(t.fields.password).type).toBe("password");
    expect(field(t.fields.database).value).toBe("app");
    expect(field(t.fields.sslmode).value).toBe("require");
    expect(field(t.paste.label).value).toBe("postgresql://watcher@reports.example.net:6432/app?sslmode=require");
    expect(noteOf(t.paste.label)).toContain("application_name");
  });

  it("says what is wrong with a text that is none, and leaves the fields alone", () => {
    show(added);
    type(t.fields.host, "kept");
    type(t.paste.label, "no connection at all");
    fireEvent.keyDown(field(t.paste.label), { key: "Enter" });
    expect(field(t.paste.label).getAttribute("aria-invalid")).toBe("true");
    expect(field(t.fields.host).value).toBe("kept");
    expect(step()).toContain(t.steps.postgres);
  });
});

describe("registering", () => {
  it("saves without SSH from the first step, with what was typed", async () => {
    const { actions, onSaved, onClose } = show(added);
    fill();
    type(t.fields.password, "s3cret");
    press(t.footer.saveWithoutSsh);
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    const wanted = { name: "reports", host: "reports.example.net", user: "dozor", password: "s3cret", ssh_user: null };
    expect(actions.create).toHaveBeenCalledWith(expect.objectContaining(wanted));
    expect(onSaved).toHaveBeenCalledWith("reports");
    expect(refresh).toHaveBeenCalled();
  });

  it("does not go on while something on the step is wrong, and puts the cursor there", async () => {
    show(added);
    type(t.fields.name, "reports");
    press(t.footer.continue);
    expect(step()).toContain(t.steps.postgres);
    expect(field(t.fields.host).getAttribute("aria-invalid")).toBe("true");
    expect(noteOf(t.fields.host)).toBe(t.errors.required);
    await waitFor(() => expect(document.activeElement).toBe(field(t.fields.host)));
    type(t.fields.host, "reports.example.net");
    expect(field(t.fields.host).getAttribute("aria-invalid")).toBeNull();
  });

  it("goes on with Enter, and saves with it on the last step", async () => {
    const { actions } = show(added);
    fill();
    const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);
    submit();
    expect(step()).toContain(t.steps.ssh);
    submit();
    expect(step()).toContain(t.steps.labels);
    type(t.labels.label, "env=prod");
    fireEvent.keyDown(field(t.labels.label), { key: "Enter" });
    submit();
    await waitFor(() => expect(actions.create).toHaveBeenCalled());
    expect(actions.create.mock.calls[0]?.[0]).toMatchObject({ labels: { env: "prod" } });
  });

  it("takes a refusal to its field and step, and loses nothing that was typed", async () => {
    const taken = refused("conflict", [{ path: "name", rule: "taken", message: "taken" }]);
    const { onClose } = show(added, { create: async () => taken });
    fill();
    type(t.fields.password, "s3cret");
    press(t.footer.continue);
    press(t.footer.continue);
    press(t.footer.save);
    await screen.findByText(t.errors.taken);
    expect(step()).toContain(t.steps.postgres);
    expect(field(t.fields.name).getAttribute("aria-invalid")).toBe("true");
    expect(field(t.fields.password).value).toBe("s3cret");
    expect(onClose).not.toHaveBeenCalled();
  });

  it("chooses a mode that suits the host until somebody chooses another", () => {
    show(added);
    expect(field(t.fields.sslmode).value).toBe("verify-full");
    type(t.fields.host, "localhost");
    expect(field(t.fields.sslmode).value).toBe("prefer");
    type(t.fields.sslmode, "verify-ca");
    type(t.fields.host, "127.0.0.1");
    expect(field(t.fields.sslmode).value).toBe("verify-ca");
    expect(noteOf(t.fields.sslmode)).toBe(t.tls["verify-ca"]);
  });
});

describe("changing", () => {
  it("keeps a stored password while nothing of its way changes, and says so when it would be dropped", async () => {
    const { actions } = show(edited);
    expect(noteOf(t.fields.password)).toBe(t.secret.keep);
    type(t.fields.database, "other");
    expect(noteOf(t.fields.password)).toBe(t.secret.keep);
    type(t.fields.host, "other.example.net");
    expect(noteOf(t.fields.password)).toBe(t.secret.dropped);
    type(t.fields.password, "again");
    expect(noteOf(t.fields.password)).toBe(t.secret.keep);
    press(t.footer.save);
    await waitFor(() => expect(actions.update).toHaveBeenCalled());
    expect(actions.update).toHaveBeenCalledWith({
      ...{ name: "orders", etag: '"tag"' },
      changes: { host: "other.example.net", database: "other", password: "again", ssh_host_keys: [] },
    });
  });

  it("can take a stored password away", async () => {
    const { actions } = show(edited);
    press(t.secret.remove);
    expect(noteOf(t.fields.password)).toBe(t.secret.removed);
    press(t.footer.save);
    await waitFor(() => expect(actions.update).toHaveBeenCalled());
    expect(actions.update.mock.calls[0]?.[0].changes).toEqual({ password: null });
  });

  it("says that somebody else was faster, and lays what was typed over what is stored now", async () => {
    const now = { ...config, port: 6432, user: "newer" };
    const { actions } = show(edited, {
      update: vi.fn(async () => refused("precondition_failed")),
      load: vi.fn(async () => ok({ ...edited, stored: { config: now, etag: '"newer"' } })),
    });
    type(t.fields.user, "mine");
    press(t.footer.save);
    await screen.findByText(t.refused.changed);
    press(t.loadAgain);
    await waitFor(() => expect(field(t.fields.port).value).toBe("6432"));
    expect(field(t.fields.user).value).toBe("mine");
    press(t.footer.save);
    await waitFor(() => expect(actions.update).toHaveBeenCalledTimes(2));
    expect(actions.update.mock.calls[1]?.[0]).toMatchObject({ etag: '"newer"', changes: { user: "mine" } });
  });

  it("asks before it closes on what was typed, and only then", async () => {
    const { onClose } = show(edited);
    type(t.fields.user, "mine");
    press(t.footer.cancel);
    await screen.findByText(t.close.title);
    expect(onClose).not.toHaveBeenCalled();
    press(t.close.stay);
    type(t.fields.user, "dozor");
    press(t.footer.cancel);
    expect(onClose).toHaveBeenCalled();
  });
});

describe("testing PostgreSQL", () => {
  it("shows what was told, and marks it when the fields change", async () => {
    fetched.mockResolvedValue(answer(postgres));
    show(added);
    fill();
    press(t.footer.test);
    await screen.findAllByText("Connected, with one thing missing");
    expect(fetched.mock.calls[0]?.[0]).toBe("/api/servers/test-pg");
    expect(sent()).toMatchObject({ host: "reports.example.net", user: "dozor" });
    expect(screen.getByText("TLSv1.3, AES_256_GCM, name verified")).toBeTruthy();
    expect(screen.getByText("14 active, 52 idle of 200")).toBeTruthy();
    expect(screen.getByText("26 queries and about 14 ms a minute, 2 connections")).toBeTruthy();
    expect(screen.getByText("GRANT pg_signal_backend TO dozor;")).toBeTruthy();
    expect(screen.queryByText(t.test.stale)).toBeNull();
    type(t.fields.name, "another");
    expect(screen.queryByText(t.test.stale)).toBeNull();
    type(t.fields.user, "postgres");
    expect(screen.getAllByText(t.test.stale).length).toBeGreaterThan(0);
  });

  it("never shows the result of an older form as current", async () => {
    let tell: (response: Response) => void = () => {};
    fetched.mockImplementation(() => new Promise((resolve) => (tell = resolve)));
    show(added);
    fill();
    press(t.footer.test);
    type(t.fields.host, "other.example.net");
    tell(answer(postgres));
    await screen.findAllByText("Connected, with one thing missing");
    expect(screen.getAllByText(t.test.stale).length).toBeGreaterThan(0);
  });

  it("can be left while it runs, and what comes later is not heard", async () => {
    let tell: (response: Response) => void = () => {};
    fetched.mockImplementation(() => new Promise((resolve) => (tell = resolve)));
    show(added);
    fill();
    press(t.footer.test);
    press(t.test.abandon);
    expect(fetched.mock.calls[0]?.[1].signal.aborted).toBe(true);
    tell(answer(postgres));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.getByText(t.role.title)).toBeTruthy();
  });

  it("says why it failed and what helps; saving stays possible", async () => {
    const failed = { ...postgres, success: false, code: "auth", message: "password authentication failed" };
    fetched.mockResolvedValue(answer({ ...failed, version: null, privileges: [], probes: [], grant_script: null }));
    show(edited);
    type(t.fields.password, "wrong");
    press(t.footer.test);
    await screen.findByText("password authentication failed");
    expect(fetched.mock.calls[0]?.[0]).toBe("/api/servers/orders/test-pg");
    expect(sent()).toEqual({ password: "wrong" });
    expect(screen.getByText(en.reasons.text.auth)).toBeTruthy();
    expect(screen.getByText(t.remedies.auth)).toBeTruthy();
    expect(buttonOf(t.footer.save).disabled).toBe(false);
  });

  it("tells what the server refused to try", async () => {
    const problem = { code: "invalid", errors: [{ path: "host", message: "must be a host name" }] };
    fetched.mockResolvedValue(answer(problem, 422));
    show(added);
    press(t.footer.test);
    await screen.findByText("must be a host name");
    expect(screen.getByText(t.test.refused.invalid)).toBeTruthy();
  });
});

describe("testing SSH", () => {
  const withPassword = () => {
    fill();
    press(t.footer.continue);
    fireEvent.click(field(t.ssh.switch));
    type(t.fields.ssh_user, "watch");
    press(t.ssh.auth.password);
    type(t.fields.ssh_password, "s3cret");
    press(t.footer.testSsh);
  };

  it("shows an unknown machine's key, and trusts it only when somebody says so", async () => {
    fetched.mockImplementation(async () => answer(ssh));
    const { actions } = show(added);
    withPassword();
    await screen.findByText("ssh-ed25519 SHA256:new");
    expect(sent()).toMatchObject({ ssh_user: "watch", ssh_host_keys: [] });
    fireEvent.click(field(t.hostKey.right));
    press(t.hostKey.go);
    await waitFor(() => expect(fetched).toHaveBeenCalledTimes(2));
    expect(sent(1)).toMatchObject({ ssh_host_keys: [OTHER_KEY] });
    press(t.footer.save);
    await waitFor(() => expect(actions.create).toHaveBeenCalled());
    expect(actions.create.mock.calls[0]?.[0]).toMatchObject({ ssh_host_keys: [OTHER_KEY] });
  });

  it("forgets a confirmed key when the machine is another", async () => {
    fetched.mockImplementation(async () => answer(ssh));
    const { actions } = show(added);
    withPassword();
    await screen.findByText("ssh-ed25519 SHA256:new");
    fireEvent.click(field(t.hostKey.right));
    type(t.fields.ssh_host, "elsewhere.example.net");
    press(t.footer.save);
    await waitFor(() => expect(actions.create).toHaveBeenCalled());
    expect(actions.create.mock.calls[0]?.[0]).toMatchObject({ ssh_host_keys: [] });
  });

  it("shows both keys of a machine that changed, and asks for the password again before the new one is trusted", async () => {
    const expected = [{ type: "ssh-ed25519", fingerprint: "SHA256:old" }];
    fetched.mockResolvedValue(answer({ ...ssh, host_key_state: "changed", expected }));
    show(edited);
    goTo(t.steps.ssh);
    expect(noteOf(t.fields.ssh_password)).toBe(t.secret.keep);
    press(t.footer.testSsh);
    await screen.findByText("ssh-ed25519 SHA256:old");
    expect(screen.getByText("ssh-ed25519 SHA256:new")).toBeTruthy();
    expect(screen.getByText(t.hostKey.changed)).toBeTruthy();
    fireEvent.click(field(t.hostKey.replace));
    expect(noteOf(t.fields.ssh_password)).toBe(t.secret.dropped);
  });

  it("trusts what a known_hosts file says of the machine", async () => {
    const hostKeys = vi.fn(async () => ok({ keys: [key(OTHER_KEY, "SHA256:new")], revoked: 0, problems: [] }));
    const { actions } = show(added, { hostKeys });
    fill();
    press(t.footer.continue);
    fireEvent.click(field(t.ssh.switch));
    type(t.fields.ssh_user, "watch");
    press(t.ssh.auth.password);
    press(t.hostKeys.import);
    type(t.hostKeys.text, "reports.example.net ssh-ed25519 AAAA");
    press(t.hostKeys.take);
    await screen.findByText("ssh-ed25519 SHA256:new");
    const asked = { text: "reports.example.net ssh-ed25519 AAAA", host: "reports.example.net", port: 22 };
    expect(hostKeys).toHaveBeenCalledWith(asked);
    press(t.footer.save);
    await waitFor(() => expect(actions.create).toHaveBeenCalled());
    expect(actions.create.mock.calls[0]?.[0]).toMatchObject({ ssh_host_keys: [OTHER_KEY] });
  });
});
