import { ChevronLeft, ChevronRight, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { Button } from "./ui/button";

/** A neighbouring page of a list; null where there is none. */
interface Neighbour {
  label: string;
  href: string | null;
}

interface PageStepsProps {
  label: string;
  /** Where in the list this page is. */
  range: string;
  previous: Neighbour;
  next: Neighbour;
}

/** The way to the pages before and after this one. */
export function PageSteps({ label, range, previous, next }: PageStepsProps) {
  return (
    <nav aria-label={label} className="ml-auto flex items-center gap-2">
      {range}
      <Step icon={ChevronLeft} {...previous} />
      <Step icon={ChevronRight} {...next} />
    </nav>
  );
}

function Step({ icon: Icon, label, href }: Neighbour & { icon: LucideIcon }) {
  if (href === null) {
    return (
      <Button size="icon-sm" aria-label={label} disabled>
        <Icon aria-hidden />
      </Button>
    );
  }
  return (
    <Button size="icon-sm" asChild>
      <Link href={href} aria-label={label} prefetch={false}>
        <Icon aria-hidden />
      </Link>
    </Button>
  );
}
