import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

export const buttonVariants = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border text-sm font-medium transition-colors disabled:cursor-not-allowed disabled:border-border disabled:bg-transparent disabled:text-disabled-foreground aria-disabled:text-disabled-foreground [&_svg]:icon-14",
  {
    variants: {
      variant: {
        default: "border-border-strong bg-card text-foreground hover:bg-hover",
        primary: "border-primary bg-primary text-primary-foreground hover:border-primary-hover hover:bg-primary-hover",
        ghost: "border-transparent text-foreground-2 hover:bg-hover hover:text-foreground",
        danger: "border-crit-line bg-card text-crit-text hover:bg-crit-soft",
        destructive: "border-destructive bg-destructive text-destructive-foreground hover:opacity-90",
      },
      size: {
        default: "h-[30px] px-3 max-md:h-9",
        sm: "h-[26px] px-2 max-md:h-9",
        large: "h-9 px-3 text-base",
        icon: "size-[30px] max-md:size-9",
        "icon-sm": "size-6 max-md:size-9",
      },
    },
    defaultVariants: { variant: "default", size: "default" },
  },
);

type ButtonProps = ComponentProps<"button"> & VariantProps<typeof buttonVariants> & { asChild?: boolean };

/** A button, or with `asChild` a link that looks like one. */
export function Button({ className, variant, size, asChild, type = "button", ...props }: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (asChild) return <Slot.Root className={classes} {...props} />;
  return <button type={type} className={classes} {...props} />;
}
