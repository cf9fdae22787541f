// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { NextIntlClientProvider, useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import { type Refusal, refusalText } from "./login-state";
import { RegisterForm } from "./register-form";

afterEach(cleanup);

type Register = ComponentProps<typeof RegisterForm>["register"];
const refusing = (code: string, more: object = {}) =>
  vi.fn<Register>(async () => ({ ok: false, error: { code, message: "no", fields: [], ...more } }) as never);
const INPUT = { login: "anna", email: "anna@example.org", password: "slow green kettle 5" };

function show(register: Register) {
  render(
    <NextIntlClientProvider locale="en" messages={en}>
      <RegisterForm register={register} minLength={12} />
    </NextIntlClientProvider>,
  );
}

function fill(repeat = INPUT.password) {
  const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
  type("Login", ` ${INPUT.login} `);
  type("E-mail", INPUT.email);
  type("Password", INPUT.password);
  type("Password again", repeat);
  fireEvent.click(screen.getByRole("button", { name: "Send request" }));
}
const alerted = (text: string) => waitFor(() => expect(screen.getByRole("alert").textContent).toBe(text));

describe("RegisterForm", () => {
  it("sends the request and says how to learn what became of it", async () => {
    const register = vi.fn<Register>(async () => ({ ok: true, data: {} }));
    show(register);
    fill();
    await screen.findByText(en.register.sent);
    expect(register).toHaveBeenCalledWith(INPUT);
    expect(screen.getByRole("link", { name: "To sign-in" }).getAttribute("href")).toBe("/login");
  });

  it("does not ask the server with an empty field or two passwords that differ", async () => {
    const register = refusing("internal");
    show(register);
    fireEvent.click(screen.getByRole("button", { name: "Send request" }));
    await alerted(en.register.missing);
    fill("something else 1");
    await screen.findByText(en.password.mismatch);
    expect(register).not.toHaveBeenCalled();
  });

  it.each([
    [
      refusing("too_many_requests", { retryAfterSeconds: 599 }),
      "Too many requests from your address. Try again in 10 minutes.",
    ],
    [refusing("forbidden"), en.register.closed],
    [refusing("unavailable", { retryAfterSeconds: 86_400 }), en.register.full],
    [refusing("unavailable", { retryAfterSeconds: 5 }), en.register.failed],
    [refusing("internal"), en.register.failed],
    [vi.fn<Register>().mockRejectedValue(new Error("offline")), en.register.failed],
  ])("says why it was not sent, and keeps what was typed", async (register, text) => {
    show(register);
    fill();
    await alerted(text);
    expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe(INPUT.password);
  });

  it("says each broken rule at its field", async () => {
    const fields = [
      { path: "login", message: "" },
      { path: "email", message: "" },
      { path: "password", message: "", rule: "common" },
    ];
    show(refusing("invalid", { fields }));
    fill();
    for (const text of [en.register.login_shape, en.register.email_shape, en.password.common])
      await screen.findByText(text);
  });
});

function Said({ error }: { error: Refusal }) {
  return <p role="note">{refusalText(error, useTranslations("login"))}</p>;
}

describe("signing in to an account that is not active", () => {
  const field = (path: string, rule: string | undefined, message = "") => ({ path, message, ...(rule && { rule }) });

  it.each([
    [[field("status", "pending")], en.login.status.pending],
    [[field("status", "blocked")], en.login.status.blocked],
    [[field("status", "rejected")], en.login.status.rejected],
    [
      [field("status", "rejected"), field("reason", undefined, "Not one of us")],
      "Your request for an account was rejected. Reason: Not one of us",
    ],
    [[], en.login.refused],
  ])("tells what became of it", (fields, text) => {
    render(
      <NextIntlClientProvider locale="en" messages={en}>
        <Said error={{ code: "forbidden", message: "no", fields }} />
      </NextIntlClientProvider>,
    );
    expect(screen.getByRole("note").textContent).toBe(text);
  });
});
