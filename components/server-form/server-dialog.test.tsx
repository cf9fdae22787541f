// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import {
  added,
  config,
  edited,
  field,
  fill,
  noteOf,
  ok,
  prepare,
  press,
  refused,
  show,
  step,
  t,
  type,
} from "../../tests/support/server-form";

const refresh = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }) }));
prepare();

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
      load: vi.fn(async () => ok({ ...edited, stored: { config: now, etag: '"newer"', fingerprints: {} } })),
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
