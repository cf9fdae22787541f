// Server actions: the same gate for each of them.
import type { z } from "zod";
import { env } from "../env";
import type { ErrorCode, FieldError } from "../errors";
import { log } from "../log";
import { type Actor, requireActor } from "../users/permissions";
import { currentActor } from "./actor";
import { clientOf, type RequestClient } from "./client";
import { parseInput } from "./input";
import { requireOwnOrigin } from "./origin";
import { asAppError } from "./problem";
import { throttle } from "./throttle";

/** What a form gets back: data, or why not, with the broken rule of each field. */
export type ActionResult<Data> =
  | { ok: true; data: Data }
  | {
      ok: false;
      error: { code: ErrorCode | "internal"; message: string; fields: FieldError[]; retryAfterSeconds?: number };
    };

/**
 * Makes a server action of a verb: own origin, signed in, not too often, parsed input. The verb checks the permission itself.
 * Takes an object or a `FormData`. Export it as an async function of a `"use server"` file.
 */
export function action<Schema extends z.ZodType, Data>(
  schema: Schema,
  verb: (actor: Actor, input: z.output<Schema>) => Promise<Data>,
): (input: unknown) => Promise<ActionResult<Data>> {
  return guarded(schema, async (_client, input) => {
    const actor = await currentActor();
    requireActor(actor);
    if (actor.userId) throttle(actor.userId);
    return verb(actor, input);
  });
}

/** The same for people who are not signed in; the verb gets what is known of the client. */
export function publicAction<Schema extends z.ZodType, Data>(
  schema: Schema,
  verb: (client: RequestClient, input: z.output<Schema>) => Promise<Data>,
): (input: unknown) => Promise<ActionResult<Data>> {
  return guarded(schema, async (client, input) => {
    if (client.ip) throttle(client.ip);
    return verb(client, input);
  });
}

function guarded<Schema extends z.ZodType, Data>(
  schema: Schema,
  work: (client: RequestClient, input: z.output<Schema>) => Promise<Data>,
): (input: unknown) => Promise<ActionResult<Data>> {
  return async (input) => {
    const { headers } = await import("next/headers");
    return runAction(await headers(), async (client) => {
      const fields = input instanceof FormData ? Object.fromEntries(input) : input;
      return work(client, parseInput(schema, fields, "form"));
    });
  };
}

/** Checks the origin, runs the work and turns its errors into an answer. */
export async function runAction<Data>(
  headers: Headers,
  work: (client: RequestClient) => Promise<Data>,
): Promise<ActionResult<Data>> {
  try {
    const client = clientOf(headers);
    requireOwnOrigin({
      origin: headers.get("origin"),
      fetchSite: headers.get("sec-fetch-site"),
      host: client.host,
      secure: client.secure,
      publicUrl: env().PUBLIC_URL,
    });
    return { ok: true, data: await work(client) };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Extract<ActionResult<never>, { ok: false }> {
  const known = asAppError(error);
  if (!known) {
    log.error({ source: "http", err: error }, "an action failed");
    return { ok: false, error: { code: "internal", message: "This did not work; the log says why.", fields: [] } };
  }
  const { code, message, fields, retryAfterSeconds } = known;
  return { ok: false, error: { code, message, fields, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) } };
}
