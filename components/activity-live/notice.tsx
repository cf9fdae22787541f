import { Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";

const LOOKS: Readonly<Record<"info" | "warn", { icon: LucideIcon; className: string }>> = {
  info: { icon: Info, className: "border-info-line bg-info-soft text-info-text" },
  warn: { icon: TriangleAlert, className: "border-warn-line bg-warn-soft text-warn-text" },
};

/** What the reader must know about what shows. */
export function Notice({ tone, children }: { tone: "info" | "warn"; children: ReactNode }) {
  const { icon: Icon, className } = LOOKS[tone];
  return (
    <div role="status" className={cn("mb-2.5 flex items-start gap-2 rounded-lg border px-3 py-2 text-sm", className)}>
      <Icon aria-hidden className="icon-14 mt-0.5" />
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}
