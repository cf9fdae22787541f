"use server";
import { type ActionResult, publicAction } from "@/lib/http/action";
import { register as registerVerb } from "@/lib/users/registration";
import { registrationSchema } from "@/lib/users/schema";

/** Takes `{login, email, password}`; the same answer whether they were free or not. */
export async function register(input: unknown): Promise<ActionResult<object>> {
  return ask(input);
}

const ask = publicAction(registrationSchema, (client, input): Promise<object> => registerVerb(input, client));
