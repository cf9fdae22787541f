// What next-auth answers by itself under /api/auth, for the browser's session.
import { z } from "zod";
import type { Operation } from "@/lib/http/endpoint";
import type { RouteModule } from "@/lib/http/openapi";
import { ROLES } from "@/lib/users/permissions";
import { credentialsSchema } from "@/lib/users/schema";

const described = (operation: Operation) => ({ operation });
const withToken = {
  csrfToken: z.string().describe("From `GET /api/auth/csrf`, with the cookie that came along"),
  json: z.literal("true").describe("Answer with JSON instead of a redirect"),
};
const whereTo = z.object({ url: z.string().describe("Where a browser would be sent") });

export const nextAuthRoutes: Record<string, RouteModule> = {
  "/api/auth/callback/password": {
    POST: described({
      summary: "Open a browser's session; its cookie comes with the answer",
      allow: "public",
      body: z.object({ ...credentialsSchema.shape, ...withToken }),
      form: true,
      response: whereTo,
    }),
  },
  "/api/auth/csrf": {
    GET: described({
      summary: "Token to send along with the browser's sign-in",
      allow: "public",
      response: z.object({ csrfToken: z.string() }),
    }),
  },
  "/api/auth/providers": {
    GET: described({
      summary: "The ways to sign in: by password",
      allow: "public",
      response: z.record(z.string(), z.looseObject({ id: z.string(), name: z.string(), type: z.string() })),
    }),
  },
  "/api/auth/session": {
    GET: described({
      summary: "Who is signed in in this browser; an empty object for nobody",
      allow: "public",
      response: z.object({
        user: z
          .looseObject({
            name: z.string(),
            email: z.string().nullish(),
            role: z.enum(ROLES),
            must_change_password: z.boolean(),
          })
          .optional(),
        expires: z.iso.datetime().optional(),
      }),
    }),
  },
  "/api/auth/signout": {
    POST: described({
      summary: "End the browser's session",
      allow: "public",
      body: z.object(withToken),
      form: true,
      response: whereTo,
    }),
  },
};
