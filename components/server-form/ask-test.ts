// Tests go through the API, not through server actions: those wait for one another, and a test must be left at once.
import type { FieldError } from "@/lib/errors";
import type { PostgresTest, SshTest } from "@/lib/fleet/test-schema";

export interface Tests {
  pg: PostgresTest;
  ssh: SshTest;
}

export type TestAnswer<Kind extends keyof Tests> =
  | { ok: true; result: Tests[Kind] }
  | { ok: false; code: string; fields: readonly FieldError[] };

/**
 * Has a connection tried out.
 * @param of the stored server, or null for one that is not saved yet
 * @param changes what is typed but not saved
 */
export async function askTest<Kind extends keyof Tests>(
  kind: Kind,
  { of, changes }: { of: string | null; changes: object },
  signal: AbortSignal,
): Promise<TestAnswer<Kind>> {
  const at = of === null ? "/api/servers" : `/api/servers/${encodeURIComponent(of)}`;
  const response = await fetch(`${at}/test-${kind}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(changes),
    signal,
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return { ok: true, result: body };
  return { ok: false, code: body.code ?? "internal", fields: body.errors ?? [] };
}
