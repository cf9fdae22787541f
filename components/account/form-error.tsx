import { CircleAlert } from "lucide-react";

/** What went wrong with the whole form; announced at once. */
export function FormError({ children }: { children: string | null }) {
  return (
    <div
      role="alert"
      className={
        children
          ? "flex gap-2 rounded-md border border-crit-line bg-crit-soft px-2.5 py-2 text-sm text-crit-text"
          : "sr-only"
      }
    >
      {children && <CircleAlert aria-hidden className="icon-14 mt-0.5" />}
      {children}
    </div>
  );
}
