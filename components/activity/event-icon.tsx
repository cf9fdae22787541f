import type { ActivityEvent } from "@/lib/activity/schema";
import { cn } from "@/lib/utils";
import { colorOf, iconOf } from "./looks";

/** The icon of an event's kind in a ring, in the colour of how serious it is. */
export function EventIcon({ event }: { event: Pick<ActivityEvent, "type" | "severity"> }) {
  const Icon = iconOf(event.type);
  return (
    <span
      className={cn(
        "flex size-[22px] shrink-0 items-center justify-center rounded-full border bg-card",
        colorOf(event),
      )}
    >
      <Icon aria-hidden className="icon-12" />
    </span>
  );
}
