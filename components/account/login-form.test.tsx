// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ComponentProps } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import { LoginForm } from "./login-form";

afterEach(cleanup);

type SignIn = ComponentProps<typeof LoginForm>["signIn"];
const refusing = (code: string, retryAfterSeconds?: number) =>
  vi.fn<SignIn>(async () => ({ ok: false, error: { code, message: "no", fields: [], retryAfterSeconds } }) as never);

function show(signIn: SignIn) {
  render(
    <NextIntlClientProvider locale="en" messages={en}>
      <LoginForm signIn={signIn} next="/servers" />
    </NextIntlClientProvider>,
  );
}

const login = () => screen.getByLabelText<HTMLInputElement>("Login");
const password = () => screen.getByLabelText<HTMLInputElement>("Password");

function submit(name: string, secret: string) {
  fireEvent.change(login(), { target: { value: name } });
  fireEvent.change(password(), { target: { value: secret } });
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

describe("LoginForm", () => {
  it.each([
    [refusing("unauthenticated"), "Login or password is wrong."],
    [refusing("too_many_requests", 41.2), "Too many attempts. Try again in 42 seconds."],
    [refusing("too_many_requests"), "Too many attempts. Wait a minute, then try again."],
    [refusing("forbidden"), en.login.refused],
    [refusing("internal"), en.login.unavailable],
    [vi.fn<SignIn>().mockRejectedValue(new Error("offline")), en.login.unavailable],
  ])("says why nobody was let in, keeps the login and asks for the password again", async (signIn, text) => {
    show(signIn);
    submit(" admin ", "secret");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe(text));
    expect(signIn).toHaveBeenCalledWith({ username: "admin", password: "secret", next: "/servers" });
    expect(login().value).toBe("admin");
    await waitFor(() => expect(document.activeElement).toBe(password()));
  });

  it("does not ask the server without login and password", async () => {
    const signIn = refusing("unauthenticated");
    show(signIn);
    submit("admin", "");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("Enter login and password."));
    expect(signIn).not.toHaveBeenCalled();
  });

  it("shows and hides the password", () => {
    show(refusing("unauthenticated"));
    expect(password().type).toBe("password");
    fireEvent.click(screen.getByRole("button", { name: "Show the password" }));
    expect(password().type).toBe("text");
    fireEvent.click(screen.getByRole("button", { name: "Hide the password" }));
    expect(password().type).toBe("password");
  });
});
