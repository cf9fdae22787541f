"use server";
import { z } from "zod";
import { type FormData as FormStart, type ImportedKeys, INTERVALS } from "@/components/server-form/server-actions";
import { serverConfig } from "@/lib/fleet/config";
import { hostKeysOf } from "@/lib/fleet/host-keys";
import { serverChangesSchema, serverInputSchema } from "@/lib/fleet/input-schema";
import { createServer as createVerb, deleteServer, updateServer } from "@/lib/fleet/mutations";
import { fingerprintOf } from "@/lib/host/ssh/public-key";
import { type ActionResult, action } from "@/lib/http/action";
import { parseInput } from "@/lib/http/input";
import { settings } from "@/lib/settings/queries";
import { listKeys } from "@/lib/ssh-keys/queries";
import { requirePermission } from "@/lib/users/permissions";

const name = z.string().max(64);

/** Takes `{name?}`; answers with what the form begins with. */
export async function loadForm(input: unknown): Promise<ActionResult<FormStart>> {
  return load(input);
}
const load = action(z.object({ name: name.optional() }), async (actor, input): Promise<FormStart> => {
  requirePermission(actor, "servers:write");
  const stored = input.name === undefined ? null : await serverConfig(actor, input.name);
  const [values, keys] = await Promise.all([settings(), listKeys(actor)]);
  const fingerprints = stored?.config.ssh_host_keys.map((key) => [key, fingerprintOf(key)]);
  return {
    stored: stored && { ...stored, fingerprints: Object.fromEntries(fingerprints ?? []) },
    intervals: Object.fromEntries(INTERVALS.map((one) => [one, values[one]])) as FormStart["intervals"],
    keys: keys.map(({ id, name, key_type, fingerprint, has_passphrase }) => ({
      ...{ id, name, key_type, fingerprint, has_passphrase },
    })),
  };
});

/** Takes what registering a server takes. */
export async function createServer(input: unknown): Promise<ActionResult<{ name: string }>> {
  return create(input);
}
const create = action(serverInputSchema, async (actor, input) => {
  const server = await createVerb(actor, input);
  return { name: server.name };
});

/** Takes `{name, etag, changes}`; answers with the name it has now. */
export async function changeServer(input: unknown): Promise<ActionResult<{ name: string }>> {
  return change(input);
}
const change = action(
  z.object({ name, etag: z.string().max(100), changes: z.unknown() }),
  async (actor, { name, etag, changes }) => {
    const server = await updateServer(actor, name, parseInput(serverChangesSchema, changes, "form"), { ifMatch: etag });
    return { name: server.name };
  },
);

/** Takes `{name}`. */
export async function removeServer(input: unknown): Promise<ActionResult<object>> {
  return remove(input);
}
const remove = action(z.object({ name }), async (actor, { name }) => {
  await deleteServer(actor, name);
  return {};
});

/** Takes `{text, host, port}`: a known_hosts file and the machine that is looked for in it. */
export async function findHostKeys(input: unknown): Promise<ActionResult<ImportedKeys>> {
  return find(input);
}
const find = action(
  z.object({ text: z.string().max(262_144), host: z.string().min(1).max(255), port: z.int().min(1).max(65_535) }),
  hostKeysOf,
);
