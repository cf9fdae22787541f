import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { listKeys } from "@/lib/ssh-keys/queries";
import { sshKeySchema } from "@/lib/ssh-keys/schema";

export const GET = endpoint({
  summary: "SSH keys, by name",
  description: "Never with the private part.",
  allow: "ssh_keys:read",
  response: z.array(sshKeySchema),
  run: ({ actor }) => listKeys(actor),
});
