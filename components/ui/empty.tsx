import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  /** One sentence on what to do next. */
  text?: string;
  /** Chips of filters, or the next action. */
  children?: ReactNode;
}

/** In place of a list that has nothing to show. */
export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className="grid justify-items-center gap-2 px-4 py-10 text-center">
      <span className="flex size-10 items-center justify-center rounded-lg border bg-muted text-muted-foreground">
        <Icon aria-hidden className="icon-16" />
      </span>
      <h2 className="mt-1 text-base font-semibold">{title}</h2>
      {text && <p className="max-w-md text-sm text-muted-foreground">{text}</p>}
      {children && <div className="mt-1 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
