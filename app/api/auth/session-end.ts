import { z } from "zod";

export const sessionEndSchema = z.object({
  expires_at: z.iso.datetime().nullable().describe("When the session ends; null for an API token without an end"),
  expires_in: z.int().nullable().describe("The same in seconds from now"),
});
