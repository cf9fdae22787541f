// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import {
  added,
  answer,
  buttonOf,
  edited,
  fetched,
  field,
  fill,
  goTo,
  key,
  noteOf,
  OTHER_KEY,
  ok,
  postgres,
  prepare,
  press,
  sent,
  show,
  ssh,
  t,
  type,
} from "../../tests/support/server-form";

const refresh = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }) }));
prepare();

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
    await screen.findByText(t.hostKey.changed);
    expect(screen.getAllByText("ssh-ed25519 SHA256:old")).toHaveLength(2);
    expect(screen.getByText("ssh-ed25519 SHA256:new")).toBeTruthy();
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
