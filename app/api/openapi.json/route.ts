import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { apiDocument } from "./document";

export const GET = endpoint({
  summary: "This description of the API",
  allow: "signed_in",
  etag: true,
  response: z.looseObject({ openapi: z.literal("3.1.0") }),
  run: async () => z.looseObject({ openapi: z.literal("3.1.0") }).parse(await apiDocument()),
});
