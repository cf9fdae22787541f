import { X } from "lucide-react";
import Link from "next/link";
import { Button } from "./ui/button";

interface ActiveFiltersProps {
  /** What each says, what taking it away is called, and the list without it. */
  filters: readonly { text: string; label: string; href: string }[];
  /** The list without any. */
  clear: { text: string; href: string };
}

/** The filters that nothing fits: they stay in sight, each can be taken away. */
export function ActiveFilters({ filters, clear }: ActiveFiltersProps) {
  return (
    <>
      {filters.map(({ text, label, href }) => (
        <Link
          key={text}
          href={href}
          aria-label={label}
          className="inline-flex h-[26px] items-center gap-1.5 rounded-md border border-primary-line bg-primary-soft px-2 text-xs font-medium text-primary-text max-md:h-9"
        >
          {text}
          <X aria-hidden className="icon-12" />
        </Link>
      ))}
      <Button asChild size="sm">
        <Link href={clear.href}>{clear.text}</Link>
      </Button>
    </>
  );
}
