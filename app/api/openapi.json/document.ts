import { openApiDocument } from "@/lib/http/openapi";
import { VERSION } from "@/lib/version";
import { tags } from "./tags";

const DESCRIPTION = `Everything is JSON in snake_case; times are ISO 8601 in UTC.

- **Access**: \`POST /api/token\` gives a bearer token for an hour; a personal API token (\`dzr_…\`) from your profile lasts until it is revoked. Pages use their session cookie.
- **Refusals** are \`application/problem+json\` (RFC 9457) with a stable \`code\`; 422 names every broken rule in \`errors\`.
- **Lists** take \`limit\` and \`offset\`, and tell \`total\`; with \`format=csv\` those that have it come as a file. A date without a time is its whole day in \`tz\`.
- **Changes** of edited objects: send the \`ETag\` you read as \`If-Match\`, and nobody's change is overwritten unseen.
- **Repeats**: a POST with an \`Idempotency-Key\` is carried out once.
- **Limits**: 600 requests a minute for each user, bodies of at most 1 MiB, and of 16 KiB where no sign-in is asked for; 429 and 503 say in \`Retry-After\` how long to wait.
- Every answer carries \`X-Request-Id\`, which names the request in the log.`;

let made: Record<string, unknown> | undefined;

/** The document of this version; the same object each time. */
export async function apiDocument(): Promise<Record<string, unknown>> {
  // Asked for here, since the list holds the route that gives this document, too.
  const { routes } = await import("./routes");
  made ??= openApiDocument(routes, { title: "Dozor", version: VERSION, description: DESCRIPTION }, tags);
  return made;
}
