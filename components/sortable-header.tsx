import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";
import { TableHeader } from "./ui/table";

interface SortableHeaderProps {
  /** The list as a click sorts it; a second one turns the order round. */
  href: string;
  sorted: boolean;
  descending: boolean;
  arrow: "up" | "down";
  className?: string | undefined;
  children: ReactNode;
}

/** The head of a column by which a list can be sorted. */
export function SortableHeader({ href, sorted, descending, arrow, className, children }: SortableHeaderProps) {
  const Arrow = arrow === "up" ? ArrowUp : ArrowDown;
  return (
    <TableHeader className={className} aria-sort={sorted ? (descending ? "descending" : "ascending") : undefined}>
      <Link
        href={href}
        className={cn(
          "inline-flex h-6 items-center gap-1 rounded-sm hover:text-foreground",
          sorted && "text-foreground",
        )}
        scroll={false}
        prefetch={false}
      >
        {children}
        {sorted && <Arrow aria-hidden className="icon-12" />}
      </Link>
    </TableHeader>
  );
}
