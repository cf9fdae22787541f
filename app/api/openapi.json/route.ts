import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { openApiDocument } from "@/lib/http/openapi";
import { VERSION } from "@/lib/version";

export const GET = endpoint({
  summary: "This description of the API",
  allow: "signed_in",
  response: z.looseObject({ openapi: z.literal("3.1.0") }),
  async run() {
    // Asked for here, since the list holds this module too.
    const { routes } = await import("./routes");
    return Response.json(openApiDocument(routes, { title: "Dozor", version: VERSION }));
  },
});
