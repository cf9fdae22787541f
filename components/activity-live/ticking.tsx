import { useLocale } from "next-intl";
import { createContext, useContext } from "react";
import { formatDuration, NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { useClock } from "../clock";
import { clockAge } from "./age";

/** The moment at which all ages stand still (ms), while nothing new is told; null: they count on. */
export const Stopped = createContext<number | null>(null);

interface SinceProps {
  /** By the browser's clock (ms); null where there is nothing to count. */
  since: number | null;
  className?: string;
}

/** How long something has lasted, counting on by itself. */
export function Since({ since, className }: SinceProps) {
  return since === null ? (
    <span className={cn("text-muted-foreground", className)}>{NO_VALUE}</span>
  ) : (
    <Counting since={since} className={className} />
  );
}

function Counting({ since, className }: { since: number; className: string | undefined }) {
  const locale = useLocale();
  const stopped = useContext(Stopped);
  const clock = useClock();
  const seconds = ((stopped ?? clock ?? since) - since) / 1_000;
  return (
    <span className={className} title={formatDuration(seconds, locale)}>
      {clockAge(seconds, locale)}
    </span>
  );
}
