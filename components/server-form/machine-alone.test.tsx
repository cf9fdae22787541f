// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import {
  added,
  answer,
  edited,
  fetched,
  field,
  noteOf,
  prepare,
  press,
  sent,
  show,
  ssh,
  step,
  t,
  type,
} from "../../tests/support/server-form";

vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh: vi.fn() }) }));
prepare();

it("registers a machine over SSH: nothing is asked of PostgreSQL, and the machine is not optional", async () => {
  const { actions } = show(added);
  expect(document.body.textContent).toContain(t.steps.optional);
  press(t.watch.machine);
  expect(screen.queryByLabelText(t.fields.host)).toBeNull();
  expect(screen.queryByText(t.footer.test)).toBeNull();
  expect(document.body.textContent).not.toContain(t.steps.optional);
  expect(step()).toContain(t.steps.server);
  expect(step()).not.toContain(t.steps.postgres);
  type(t.fields.name, "web1");
  press(t.footer.continue);
  expect(step()).toContain(t.steps.machine);
  press(t.footer.save);
  await waitFor(() => expect(noteOf(t.fields.ssh_host)).toBe(t.errors.required));
  expect(actions.create).not.toHaveBeenCalled();
  type(t.fields.ssh_host, "web1.example.net");
  type(t.fields.ssh_user, "watch");
  press(t.ssh.auth.password);
  type(t.fields.ssh_password, "s3cret");
  fetched.mockResolvedValue(answer(ssh));
  press(t.footer.testSsh);
  await screen.findByText("ssh-ed25519 SHA256:new");
  expect(sent()).toMatchObject({ host: null, ssh_host: "web1.example.net", ssh_password: "s3cret" });
  press(t.footer.continue);
  expect(document.body.textContent).toContain(t.summary.noPostgres);
  press(t.footer.save);
  await waitFor(() => expect(actions.create).toHaveBeenCalled());
  expect(actions.create.mock.calls[0]?.[0]).toMatchObject({ name: "web1", host: null, ssh_user: "watch" });
});

it("registers this machine without asking for anything of SSH", async () => {
  const { actions } = show(added);
  press(t.watch.machine);
  type(t.fields.name, "here");
  press(t.footer.continue);
  press(t.ssh.here);
  expect(screen.queryByLabelText(t.fields.ssh_user)).toBeNull();
  expect(screen.queryByText(t.footer.testSsh)).toBeNull();
  press(t.footer.save);
  await waitFor(() => expect(actions.create).toHaveBeenCalled());
  expect(actions.create.mock.calls[0]?.[0]).toMatchObject({ name: "here", host: null, host_kind: "local" });
});

it("says what goes when PostgreSQL is taken away, and brings it back untouched", async () => {
  const { actions } = show(edited);
  press(t.watch.machine);
  expect(document.body.textContent).toContain(t.watch.removes);
  press(t.watch.postgres);
  expect(field(t.fields.host).value).toBe("db.example.net");
  press(t.watch.machine);
  press(t.footer.save);
  await waitFor(() => expect(actions.update).toHaveBeenCalled());
  expect(actions.update.mock.calls[0]?.[0].changes).toEqual({ host: null, ssh_host: "db.example.net" });
});
