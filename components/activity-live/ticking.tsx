import { useLocale } from "next-intl";
import { createContext, useContext } from "react";
import { formatDuration } from "@/lib/format";
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
  const locale = useLocale();
  const stopped = useContext(Stopped);
  const clock = useClock();
  const seconds = since === null ? null : ((stopped ?? clock ?? since) - since) / 1_000;
  return (
    <span className={className} title={seconds === null ? undefined : formatDuration(seconds, locale)}>
      {clockAge(seconds, locale)}
    </span>
  );
}
