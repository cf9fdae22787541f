import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

/** Text field; the focus outline takes the place of its border. */
export function Input({ className, type = "text", ...props }: ComponentProps<"input">) {
  return (
    <input
      type={type}
      className={cn(
        "h-8 w-full min-w-0 rounded-md border border-input bg-card px-2.5 text-sm text-foreground placeholder:text-muted-foreground focus-visible:outline-2 focus-visible:-outline-offset-1 disabled:border-border disabled:text-disabled-foreground aria-invalid:border-crit max-md:h-9 max-md:text-lg",
        className,
      )}
      {...props}
    />
  );
}
