"use server";
import { z } from "zod";
import { type ActionResult, action } from "@/lib/http/action";
import {
  type SourceTest,
  type StreamSource,
  sourceChangesSchema,
  sourceInputSchema,
  sourceParamsSchema,
  sourceTrialSchema,
} from "@/lib/streams/source-schema";
import { createSource, deleteSource, updateSource } from "@/lib/streams/sources/mutations";
import { testSource } from "@/lib/streams/sources/trial";

const named = sourceParamsSchema.extend({ etag: z.string().max(100) });

/** Takes `{name, url, username, password, interval_seconds, enabled}`. */
export async function create(input: unknown): Promise<ActionResult<StreamSource>> {
  return createAction(input);
}
const createAction = action(sourceInputSchema, createSource);

/** Takes `{id, etag}` and what changes. */
export async function update(input: unknown): Promise<ActionResult<StreamSource>> {
  return updateAction(input);
}
const updateAction = action(named.extend(sourceChangesSchema.shape), (actor, { id, etag, ...changes }) =>
  updateSource(actor, id, changes, { ifMatch: etag }),
);

/** Takes `{id, etag}`. */
export async function remove(input: unknown): Promise<ActionResult<object>> {
  return removeAction(input);
}
const removeAction = action(named, async (actor, { id, etag }) => {
  await deleteSource(actor, id, { ifMatch: etag });
  return {};
});

/** Takes `{id?, url, username, password}`. */
export async function test(input: unknown): Promise<ActionResult<SourceTest>> {
  return testAction(input);
}
const testAction = action(sourceTrialSchema, testSource);
