import type { StreamSource } from "@/lib/streams/source-schema";
import { sourceTag } from "@/lib/streams/sources/queries";

/** A source with the entity tag under which it is edited. */
export const sourceResponse = (source: StreamSource): Response =>
  Response.json(source, { headers: { etag: sourceTag(source) } });
