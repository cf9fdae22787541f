import { labelsSchema } from "@/lib/fleet/input-schema";

/** `env=prod, team=core`; null where that is not what it is. A name alone is a label without a value. */
export function readLabels(text: string): Record<string, string> | null {
  const pairs = text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part): [string, string] => {
      const at = part.indexOf("=");
      return at === -1 ? [part, ""] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    });
  const labels = Object.fromEntries(pairs);
  return labelsSchema.safeParse(labels).success ? labels : null;
}
