import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

/** Stands above its field; `htmlFor` is required since nothing is nested. */
export function Label({ className, htmlFor, children, ...props }: ComponentProps<"label"> & { htmlFor: string }) {
  return (
    <label htmlFor={htmlFor} className={cn("text-xs font-medium text-foreground-2", className)} {...props}>
      {children}
    </label>
  );
}
