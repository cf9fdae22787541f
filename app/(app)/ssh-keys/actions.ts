"use server";
import { z } from "zod";
import { type ActionResult, action } from "@/lib/http/action";
import { deleteKey, generateKey, importKey as importVerb, updateKey } from "@/lib/ssh-keys/mutations";
import {
  generateKeySchema,
  importKeySchema,
  keyChangesSchema,
  keyParamsSchema,
  type SshKey,
} from "@/lib/ssh-keys/schema";

const named = keyParamsSchema.extend({ etag: z.string().max(100) });

/** Takes `{name, description, key_type, key_size, passphrase}`. */
export async function generate(input: unknown): Promise<ActionResult<SshKey>> {
  return generateAction(input);
}
const generateAction = action(generateKeySchema, generateKey);

/** Takes `{name, description, private_key, passphrase}`. */
export async function importKey(input: unknown): Promise<ActionResult<SshKey>> {
  return importAction(input);
}
const importAction = action(importKeySchema, (actor, input) => importVerb(actor, input));

/** Takes `{id, etag, name, description}`. */
export async function update(input: unknown): Promise<ActionResult<object>> {
  return updateAction(input);
}
const updateAction = action(named.extend(keyChangesSchema.shape), async (actor, { id, etag, ...changes }) => {
  await updateKey(actor, id, changes, { ifMatch: etag });
  return {};
});

/** Takes `{id, etag}`. */
export async function remove(input: unknown): Promise<ActionResult<object>> {
  return removeAction(input);
}
const removeAction = action(named, async (actor, { id, etag }) => {
  await deleteKey(actor, id, { ifMatch: etag });
  return {};
});
