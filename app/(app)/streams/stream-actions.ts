// What pages hand to the controls of channels.
import type { StreamActions } from "@/components/streams/actions";
import { type Actor, can } from "@/lib/users/permissions";
import { changeTimer, endNow, remove, update } from "./actions";

const ACTIONS: StreamActions = { timer: changeTimer, endNow, update, remove };

/** Null for whoever may only look. */
export const streamActionsOf = (actor: Actor): StreamActions | null => (can(actor, "streams:write") ? ACTIONS : null);
