import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

interface TableProps extends ComponentProps<"table"> {
  /** Of a table without links and buttons: so that the keyboard can scroll it. */
  reachable?: boolean;
}

/** A table that scrolls inside its card when it must, never the page. */
export function Table({ className, reachable, ...props }: TableProps) {
  const region = reachable ? { role: "region", tabIndex: 0, "aria-label": props["aria-label"] } : {};
  return (
    // What is only read out is placed within it, not beside the page.
    <div className="relative overflow-x-auto" {...region}>
      <table className={cn("w-full border-collapse text-sm", className)} {...props} />
    </div>
  );
}

export function TableHead({ className, ...props }: ComponentProps<"thead">) {
  return <thead className={cn("h-[30px] bg-muted text-xs text-muted-foreground", className)} {...props} />;
}

export function TableRow({ className, ...props }: ComponentProps<"tr">) {
  return <tr className={cn("h-[33px] border-b last:border-b-0", className)} {...props} />;
}

/** Head cell; numbers are right-aligned by their column's class. */
export function TableHeader({ className, scope = "col", ...props }: ComponentProps<"th">) {
  return (
    <th
      scope={scope}
      className={cn("whitespace-nowrap px-1.5 text-left font-medium first:pl-3 last:pr-3", className)}
      {...props}
    />
  );
}

export function TableCell({ className, ...props }: ComponentProps<"td">) {
  return <td className={cn("whitespace-nowrap px-1.5 first:pl-3 last:pr-3", className)} {...props} />;
}
