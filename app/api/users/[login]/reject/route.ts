import { endpoint } from "@/lib/http/endpoint";
import { rejectUser } from "@/lib/users/mutations";
import { rejectionSchema, userParamsSchema, userSchema } from "@/lib/users/schema";

export const POST = endpoint({
  summary: "Turn an applicant down",
  description: "The reason is told to the applicant after a correct password.",
  allow: "users:manage",
  params: userParamsSchema,
  body: rejectionSchema,
  response: userSchema,
  refusals: [409],
  run: ({ actor, params: { login }, body: { reason = null } }) => rejectUser(actor, login, { reason }),
});
