import type { ActionResult } from "@/lib/http/action";
import type { SourceTest, StreamSource } from "@/lib/streams/source-schema";

/** A source with the tag under which it is edited. */
export interface SourceItem extends StreamSource {
  etag: string;
}

/** What a form sends; a password that is left out stays. */
export interface SourceFields {
  name: string;
  url: string;
  username: string;
  password?: string | null;
  interval_seconds: number;
  enabled: boolean;
}

/** What the page's viewer does with sources; the page hands these server actions in. */
export interface SourceActions {
  create(input: SourceFields): Promise<ActionResult<StreamSource>>;
  update(input: SourceFields & { id: number; etag: string }): Promise<ActionResult<StreamSource>>;
  remove(input: { id: number; etag: string }): Promise<ActionResult<object>>;
  test(input: Pick<SourceFields, "url" | "username" | "password"> & { id?: number }): Promise<ActionResult<SourceTest>>;
}
