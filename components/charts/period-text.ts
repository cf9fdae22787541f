import { formatTime } from "@/lib/format";
import type { TimeSpan } from "./frame";
import type { Viewer } from "./paint";

/** Both ends of a period, and the zone they are of. */
export function periodText({ from, to }: TimeSpan, viewer: Viewer): string {
  const moment = (seconds: number) => formatTime(new Date(seconds * 1000), { ...viewer, style: "datetime" });
  return `${moment(from)} – ${moment(to)} (${viewer.timeZone})`;
}
