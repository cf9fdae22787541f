import type { RunAccepted, RunNow } from "@/lib/collector/schema";
import type { ActionResult } from "@/lib/http/action";

/** What the page can have done. */
export interface CollectorActions {
  run(input: RunNow): Promise<ActionResult<RunAccepted>>;
  setEnabled(input: { name: string; enabled: boolean }): Promise<ActionResult<object>>;
}
