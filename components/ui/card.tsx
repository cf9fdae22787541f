import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/utils";

export function Card({ className, ...props }: ComponentProps<"section">) {
  return <section className={cn("min-w-0 overflow-hidden rounded-lg border bg-card", className)} {...props} />;
}

interface CardHeadProps {
  title: ReactNode;
  /** Unit, resolution or count beside the title. */
  meta?: ReactNode;
  actions?: ReactNode;
  /** Chart cards: 32 high and no line below. */
  dense?: boolean;
  id?: string;
}

/** Title row of a card. */
export function CardHead({ title, meta, actions, dense, id }: CardHeadProps) {
  return (
    <div className={cn("flex items-center gap-2 px-3", dense ? "h-8" : "h-[38px] border-b")}>
      <h2 id={id} className="shrink-0 text-sm font-semibold">
        {title}
      </h2>
      {meta !== undefined && <p className="min-w-0 truncate text-xs text-muted-foreground">{meta}</p>}
      {actions !== undefined && <div className="ml-auto flex shrink-0 items-center gap-1">{actions}</div>}
    </div>
  );
}
