// What people send about themselves.
import { z } from "zod";

/** 1-50 letters, digits and `._-@`, beginning with a letter or digit; `me` is an address of the API. */
export const loginSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.@-]{0,49}$/, "Login: 1 to 50 letters, digits and . _ - @, beginning with a letter or digit")
  .refine((login) => login !== "me", "Login: me is taken");

/** Bounded only against abuse: a wrong login and a wrong password shall get the same answer. */
export const credentialsSchema = z.object({
  username: z.string().min(1, "Login: enter it").max(200, "Login: at most 200 characters"),
  password: z.string().min(1, "Password: enter it").max(1_000, "Password: at most 1,000 characters"),
});
export type Credentials = z.output<typeof credentialsSchema>;

/** The rules of a new password depend on the environment and the login: `validatePassword` checks them. */
export const changePasswordSchema = z.object({
  current_password: z.string().min(1, "Current password: enter it").max(1_000),
  new_password: z.string().min(1, "New password: enter it").max(1_000),
});
export type ChangePassword = z.output<typeof changePasswordSchema>;
