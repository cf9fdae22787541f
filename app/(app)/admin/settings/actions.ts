"use server";
import { z } from "zod";
import { type ActionResult, action } from "@/lib/http/action";
import { cleanUp as cleanUpVerb } from "@/lib/retention/mutations";
import { previewCleanup } from "@/lib/retention/queries";
import { type Cleanup, policyChangesOf, retentionChangesSchema } from "@/lib/retention/schema";
import { updateSettings } from "@/lib/settings/mutations";

/** Takes settings by key, any subset; `error.fields` name each wrong one with its `rule`. */
export async function saveSettings(changes: unknown): Promise<ActionResult<object>> {
  return save(changes);
}

const save = action(z.record(z.string(), z.unknown()), async (actor, changes) => {
  await updateSettings(actor, changes);
  return {};
});

/** What the next clean-up would do under the retention policy with these changes. */
export async function previewSettings(changes: unknown): Promise<ActionResult<Cleanup>> {
  return preview(changes);
}

// The form's other settings have no part in it.
const preview = action(z.object(retentionChangesSchema.shape), (actor, changes) =>
  previewCleanup(actor, policyChangesOf(changes)),
);

/** Takes `{dry_run}`. */
export async function cleanUp(input: unknown): Promise<ActionResult<Cleanup>> {
  return clean(input);
}

const clean = action(z.object({ dry_run: z.boolean() }), (actor, { dry_run }) =>
  cleanUpVerb(actor, { dryRun: dry_run }),
);
