import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

/** A row of choices of which one holds; `aria-label` names the choice. */
export function Segmented({ className, ...props }: ComponentProps<"fieldset"> & { "aria-label": string }) {
  return (
    <fieldset
      className={cn(
        "m-0 inline-flex h-[30px] min-w-0 items-center gap-0.5 rounded-md border border-border-strong bg-muted p-0.5 max-md:h-9",
        className,
      )}
      {...props}
    />
  );
}

interface SegmentedItemProps extends ComponentProps<"button"> {
  active: boolean;
  /** The child, a link, takes the place of the button. */
  asChild?: boolean;
}

export function SegmentedItem({ active, asChild, className, ...props }: SegmentedItemProps) {
  const classes = cn(
    "inline-flex h-full items-center gap-1.5 whitespace-nowrap rounded-sm border border-transparent px-2 text-xs font-medium text-foreground-2 transition-colors hover:text-foreground [&_svg]:icon-12",
    active && "border-border-strong bg-card text-foreground",
    className,
  );
  if (asChild) return <Slot.Root aria-current={active ? "true" : undefined} className={classes} {...props} />;
  return <button type="button" aria-pressed={active} className={classes} {...props} />;
}
