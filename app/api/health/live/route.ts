import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Whether this process answers at all",
  allow: "public",
  response: z.object({ status: z.literal("alive") }),
  run: () => ({ status: "alive" as const }),
});
