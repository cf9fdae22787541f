import { cn } from "@/lib/utils";
import { SPAN } from "./chart-grid";

/** Names the rows of a grid that follow. */
export function SectionHeading({ children }: { children: string }) {
  return <h2 className={cn(SPAN.full, "mt-1.5 -mb-0.5 font-semibold text-foreground-2 text-xs")}>{children}</h2>;
}
