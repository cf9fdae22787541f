import type { Operation } from "@/lib/http/endpoint";
import type { RouteModule } from "@/lib/http/openapi";
import * as logout from "../logout/route";
import * as token from "../token/route";
import * as openapi from "./route";

const described = (operation: Operation) => ({ operation });

/** next-auth answers these by itself. */
const browserSession: Record<string, RouteModule> = {
  "/api/auth/csrf": {
    GET: described({ summary: "Token to send along with the browser's sign-in", allow: "public" }),
  },
  "/api/auth/session": {
    GET: described({ summary: "Who is signed in in this browser; an empty object for nobody", allow: "public" }),
  },
};

/** Every path of the API with its module; a test holds this list against the folders. */
export const routes: Record<string, RouteModule> = {
  ...browserSession,
  "/api/logout": logout,
  "/api/openapi.json": openapi,
  "/api/token": token,
};
