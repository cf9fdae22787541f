import { cn } from "@/lib/utils";

/** The mark: a guard's post and the rings it watches. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 22 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2.6}
      strokeLinecap="round"
      aria-hidden="true"
      className={cn("h-[22px] w-5 shrink-0 text-primary-text", className)}
    >
      <path d="M3 2.5v19M8.5 2.5h1a9.5 9.5 0 0 1 0 19h-1M8.5 8h.5a4 4 0 0 1 0 8h-.5" />
    </svg>
  );
}
