import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { cn } from "@/lib/utils";

interface DisclosureProps {
  /** Says what is inside, and how it stands. */
  title: string;
  /** Open from the beginning, and whenever this becomes true: something inside is wrong. */
  open?: boolean;
  children: ReactNode;
}

/** What few need, behind one line. */
export function Disclosure({ title, open = false, children }: DisclosureProps) {
  const id = useId();
  const [opened, setOpened] = useState(false);
  const shown = opened || open;
  return (
    <div className="grid gap-2">
      <button
        type="button"
        aria-expanded={shown}
        aria-controls={id}
        onClick={() => setOpened(!shown)}
        className="inline-flex h-6 items-center gap-1.5 justify-self-start rounded-sm text-foreground-2 text-sm transition-colors hover:text-foreground max-md:h-9"
      >
        <ChevronRight aria-hidden className={cn("icon-14 transition-transform", shown && "rotate-90")} />
        {title}
      </button>
      <div id={id} hidden={!shown} className="grid gap-2">
        {children}
      </div>
    </div>
  );
}
