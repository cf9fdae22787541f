import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

/** A block in the place and size of what is still loading. */
export function Skeleton({ className, ...props }: ComponentProps<"div">) {
  return <div aria-hidden className={cn("animate-skeleton rounded-sm bg-border", className)} {...props} />;
}
