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

  describe("with a second factor", () => {
    const wrongCode = {
      code: "unauthenticated",
      message: "no",
      fields: [{ path: "otp", message: "no", rule: "wrong" }],
    };
    const answering = (...errors: object[]) => {
      const signIn = vi.fn<SignIn>();
      for (const error of errors) signIn.mockResolvedValueOnce({ ok: false, error: { fields: [], ...error } } as never);
      return signIn;
    };
    const code = () => screen.findByLabelText<HTMLInputElement>("Code");
    async function send(text: string) {
      fireEvent.change(await code(), { target: { value: text } });
      fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    }
    const said = (text: string) => waitFor(() => expect(screen.getByRole("alert").textContent).toBe(text));

    it("asks for the code once the password was right, and sends all three", async () => {
      const signIn = answering({ code: "otp_required" }, wrongCode, wrongCode);
      show(signIn);
      submit("admin", "secret");
      expect((await code()).autocomplete).toBe("one-time-code");
      await waitFor(async () => expect(document.activeElement).toBe(await code()));
      expect(screen.getByRole("alert").textContent).toBe("");
      await send(" 123 456 ");
      await said(en.login.wrongCode);
      expect(signIn).toHaveBeenLastCalledWith({
        username: "admin",
        password: "secret",
        otp: "123 456",
        next: "/servers",
      });
      await send("abcd-efgh-ijkl-mnop");
      await waitFor(() => expect(signIn).toHaveBeenCalledTimes(3));
      expect(signIn).toHaveBeenLastCalledWith(
        expect.objectContaining({ password: "secret", otp: "abcd-efgh-ijkl-mnop" }),
      );
    });

    it("sends nothing without a code, and stays there when there were too many", async () => {
      const signIn = answering({ code: "otp_required" }, { code: "too_many_requests", retryAfterSeconds: 9 });
      show(signIn);
      submit("admin", "secret");
      await send("  ");
      await said(en.login.missingCode);
      expect(signIn).toHaveBeenCalledTimes(1);
      await send("123456");
      await said("Too many attempts. Try again in 9 seconds.");
      expect(await code()).toBeTruthy();
    });

    it("goes back to login and password when these are in doubt, or on request", async () => {
      const signIn = answering({ code: "otp_required" }, { code: "unauthenticated" }, { code: "otp_required" });
      show(signIn);
      submit("admin", "secret");
      await send("123456");
      await said("Login or password is wrong.");
      expect([login().value, password().value]).toEqual(["admin", ""]);
      submit("admin", "secret");
      await code();
      fireEvent.click(screen.getByRole("button", { name: en.login.back }));
      await waitFor(() => expect(login().value).toBe("admin"));
      expect(screen.queryByLabelText("Code")).toBeNull();
    });
  });
});
