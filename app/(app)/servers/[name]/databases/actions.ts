"use server";
import { type Criteria, criteriaSchema } from "@/lib/fleet/analysis-schema";
import { changeCriteria } from "@/lib/fleet/criteria";
import { type ActionResult, action } from "@/lib/http/action";

/** Takes all criteria; they hold for every server and everyone. */
export async function saveCriteria(input: unknown): Promise<ActionResult<Criteria>> {
  return save(input);
}

const save = action(criteriaSchema, changeCriteria);
