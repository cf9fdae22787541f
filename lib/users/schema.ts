// What people send about themselves, and what administrators see and send of users.
import { z } from "zod";
import { ROLES } from "./permissions";

/** `me` is an address of the API, and as `system` Dozor itself stands in the audit log. */
const RESERVED_LOGINS = ["me", "system"];

/** 1-50 letters, digits and `._-@`, beginning with a letter or digit; neither `me` nor `system`. */
export const loginSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.@-]{0,49}$/, "Login: 1 to 50 letters, digits and . _ - @, beginning with a letter or digit")
  .refine((login) => !RESERVED_LOGINS.includes(login.toLowerCase()), "Login: me and system are taken");

/** Bounded only against abuse: a wrong login and a wrong password shall get the same answer. */
export const credentialsSchema = z.object({
  username: z.string().min(1, "Login: enter it").max(200, "Login: at most 200 characters"),
  password: z.string().min(1, "Password: enter it").max(1_000, "Password: at most 1,000 characters"),
  /** Code of the authenticator app, or a recovery code, where a second factor is set up. */
  otp: z.string().max(100, "Code: at most 100 characters").optional(),
});
export type Credentials = z.output<typeof credentialsSchema>;

/** The rules of a new password depend on the environment and the login: `validatePassword` checks them. */
const newPassword = z.string().min(1, "Password: enter it").max(1_000, "Password: at most 1,000 characters");
export const changePasswordSchema = z.object({
  current_password: z.string().min(1, "Current password: enter it").max(1_000),
  new_password: z.string().min(1, "New password: enter it").max(1_000),
});
export type ChangePassword = z.output<typeof changePasswordSchema>;

export const USER_STATUSES = ["pending", "active", "blocked", "rejected"] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

const role = z.enum(ROLES);
const moment = z.iso.datetime().nullable();

/** An e-mail address of at most 254 characters (RFC 5321). */
export const emailSchema = z
  .string()
  .max(254, "E-mail: at most 254 characters")
  .pipe(z.email("E-mail: an address such as anna@example.org"));
/** None is null; forms send an empty text. */
const optionalEmail = z.union([z.literal("").transform(() => null), emailSchema, z.null()]);

export const userSchema = z.object({
  id: z.uuid(),
  login: z.string(),
  username: z.string().describe("The same as login, for older clients"),
  email: z.string().nullable(),
  role,
  status: z.enum(USER_STATUSES),
  is_active: z.boolean(),
  created_at: z.iso.datetime(),
  last_login: moment,
  second_factor: z.boolean().describe("Whether signing in needs a code as well"),
  must_change_password: z.boolean(),
  sessions: z.int().describe("Sessions that hold now, of browsers and of API clients"),
  decided_at: moment.describe("When the registration was approved or rejected"),
  decided_by: z.string().nullable(),
  rejection_reason: z.string().nullable(),
});
export type User = z.output<typeof userSchema>;

export const USER_SORTS = ["login", "email", "role", "status", "second_factor", "last_login", "created_at"] as const;
export type UserSort = (typeof USER_SORTS)[number];

export const userListQuerySchema = z.object({
  status: z.enum(USER_STATUSES).optional(),
  role: role.optional(),
  search: z.string().max(100).optional().describe("Part of a login or an e-mail address"),
  sort: z
    .enum([...USER_SORTS, ...USER_SORTS.map((sort) => `-${sort}` as const)])
    .default("login")
    .describe("With - before it: the other way round; what is not known comes last"),
  limit: z.coerce.number().int().min(1).max(500).optional().describe("50 by default; a file holds all without it"),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});
export type UserListQuery = z.output<typeof userListQuerySchema>;

/** How many users a page of the list holds. */
export const USERS_PAGE_SIZE = 50;

/** The user that an address of the API names. */
export const userParamsSchema = z.object({ login: loginSchema });

export const userListSchema = z.object({
  items: z.array(userSchema),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
  counts: z.record(z.enum(USER_STATUSES), z.int()).describe("Users by status, of what role and search leave"),
});
export type UserList = z.output<typeof userListSchema>;

export const createUserSchema = z
  .object({
    login: loginSchema.optional(),
    username: loginSchema.optional().describe("The same as login, for older clients"),
    email: optionalEmail.default(null),
    role: role.default("viewer"),
    password: newPassword.optional().describe("Without one a one-time password is generated and answered once"),
    is_active: z.boolean().default(true),
    must_change_password: z.boolean().default(false).describe("Always so for a generated password"),
  })
  .transform(({ login, username, ...rest }, context) => {
    if (login !== undefined && username !== undefined && login !== username) {
      context.addIssue({ code: "custom", path: ["username"], message: "Login and username are one field: send one." });
      return z.NEVER;
    }
    const name = login ?? username;
    if (name !== undefined) return { ...rest, login: name };
    context.addIssue({ code: "custom", path: ["login"], message: "Login: enter it" });
    return z.NEVER;
  });
export type CreateUser = z.output<typeof createUserSchema>;

/** Any part of a user as it was read, changed or not; what cannot be changed is passed over, but for the login. */
export const userChangesSchema = z.object({
  login: z.string().max(200).optional().describe("Stays as it is: another one is refused"),
  username: z.string().max(200).optional().describe("The same as login, for older clients"),
  email: optionalEmail.optional(),
  role: role.optional(),
  status: z.enum(USER_STATUSES).optional(),
  is_active: z.boolean().optional().describe("The same as status active or blocked, for older clients"),
  password: newPassword.optional(),
  must_change_password: z.boolean().optional().describe("Whether the password given here is for one sign-in only"),
});
export type UserChanges = z.output<typeof userChangesSchema>;

export const rejectionSchema = z.object({
  reason: z
    .string()
    .trim()
    .max(500, "Reason: at most 500 characters")
    .nullish()
    .describe("Told to the applicant after a correct password"),
});

/** What a stranger sends to ask for an account. */
export const registrationSchema = z.object({
  login: loginSchema,
  email: emailSchema,
  password: newPassword,
});
export type Registration = z.output<typeof registrationSchema>;

/** A password that was generated: shown this once, good for one sign-in. */
export const oneTimePasswordSchema = userSchema.extend({ password: z.string() });
export const createdUserSchema = userSchema.extend({
  password: z.string().optional().describe("The generated one-time password, this once"),
});
export type CreatedUser = z.output<typeof createdUserSchema>;
