import { type ComponentProps, useId } from "react";
import { Label } from "../ui/label";

interface SelectFieldProps extends ComponentProps<"select"> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

/** Label, choice of one, hint or error: tied together for screen readers. */
export function SelectField({ label, hint, error, ...select }: SelectFieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="grid gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      <select
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className="h-8 w-full min-w-0 rounded-md border border-input bg-card px-2 text-foreground text-sm focus-visible:outline-2 focus-visible:-outline-offset-1 disabled:border-border disabled:text-disabled-foreground max-md:h-9 max-md:text-lg"
        {...select}
      />
      {note && (
        <p id={`${id}-note`} className={error ? "text-crit-text text-xs" : "text-muted-foreground text-xs"}>
          {note}
        </p>
      )}
    </div>
  );
}
