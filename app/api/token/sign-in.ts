import type { z } from "zod";
import type { AskedRequest } from "@/lib/http/asked";
import { clientOf } from "@/lib/http/client";
import { refuseForeignPage } from "@/lib/http/request-origin";
import type { credentialsSchema } from "@/lib/users/schema";
import { openSession } from "@/lib/users/sign-in";
import { tokenResponse } from "./token-response";

/** Signs an API client in. @throws AppError as `openSession`, and forbidden for another site's page */
export async function signInClient(body: z.output<typeof credentialsSchema>, request: AskedRequest): Promise<Response> {
  refuseForeignPage(request.headers);
  const client = clientOf(request.headers);
  return tokenResponse(request, await openSession(body, { kind: "bearer", client }));
}
