import type { ServerSummary } from "@/lib/fleet/schema";
import type { ServerAtHand } from "../server-form/server-actions";

/** Of a server what its menu has to know: the whole row would travel to the browser with each. */
export const atHand = ({ name, enabled, has_postgres, host_kind }: ServerSummary): ServerAtHand => ({
  ...{ name, enabled, has_postgres, host_kind },
});
