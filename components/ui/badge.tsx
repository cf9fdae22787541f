import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

const badgeVariants = cva(
  "inline-flex h-5 shrink-0 items-center gap-1 whitespace-nowrap rounded-sm border px-1.5 text-xs font-medium [&_svg]:icon-12",
  {
    variants: {
      tone: {
        ok: "border-ok-line bg-ok-soft text-ok-text",
        warn: "border-warn-line bg-warn-soft text-warn-text",
        crit: "border-crit-line bg-crit-soft text-crit-text",
        idle: "border-idle-line bg-idle-soft text-idle-text",
        info: "border-info-line bg-info-soft text-info-text",
        unknown: "border-idle border-dashed text-idle-text",
      },
      /** Without fill and line: for what is as it should be. */
      quiet: { true: "border-transparent bg-transparent" },
    },
    defaultVariants: { tone: "idle" },
  },
);

export type BadgeTone = NonNullable<VariantProps<typeof badgeVariants>["tone"]>;

export function Badge({
  className,
  tone,
  quiet,
  ...props
}: ComponentProps<"span"> & VariantProps<typeof badgeVariants>) {
  return <span className={cn(badgeVariants({ tone, quiet }), className)} {...props} />;
}
