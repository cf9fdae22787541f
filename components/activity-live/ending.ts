// What ending a session needs, and what is said of how it went.
import type { EndSessionResult, EndVerb } from "@/lib/fleet/sessions-schema";
import type { ActionResult } from "@/lib/http/action";
import type { SessionRow } from "./rows";

/** The server action that the page hands in. */
export type EndAction = (input: {
  server: string;
  pid: number;
  verb: EndVerb;
  backend_start: string;
  reason?: string;
}) => Promise<ActionResult<EndSessionResult>>;

/** What somebody is about to do, with the session as it was then. */
export interface Ending {
  verb: EndVerb;
  row: SessionRow;
  /** Sessions that wait behind it. */
  victims: number;
}

const OF_CLIENTS: readonly (string | null)[] = ["client backend", "walsender", null];

/** Only sessions of clients are ended, and not Dozor's own; of those whose start is not told another could be hit. */
export const canBeEnded = ({ own, backend_type, backend_start }: SessionRow): boolean =>
  !own && backend_start !== null && OF_CLIENTS.includes(backend_type);

/** Why it was refused, by the word under which the messages know it. */
export type Refusal = "forbidden" | "not_found" | "conflict" | "too_many_requests" | "unavailable" | "failed";
const REFUSALS: readonly Refusal[] = ["forbidden", "not_found", "conflict", "too_many_requests", "unavailable"];

export const refusalOf = (code: string): Refusal => REFUSALS.find((one) => one === code) ?? "failed";

/** Opens the dialog. @param opener where the focus goes afterwards */
export type OnEnd = (row: SessionRow, verb: EndVerb, opener?: HTMLElement | null) => void;
