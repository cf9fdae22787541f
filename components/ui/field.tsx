import { CircleAlert } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";
import { Input } from "./input";
import { Label } from "./label";

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string;
  /** What is wrong with it; read out with the field. */
  error?: string | undefined;
  /** An icon inside, at the left end; the field needs `pl-8` for it. */
  start?: ReactNode;
  /** A button inside, at the right end. */
  end?: ReactNode;
}

/** Label, text field, hint or error: tied together for screen readers. */
export function Field({ label, hint, error, start, end, ...input }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="grid gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      <div className="relative">
        <Input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          {...input}
        />
        {start && (
          <span className="pointer-events-none absolute inset-y-0 left-0 flex items-center pl-2.5 text-muted-foreground [&_svg]:icon-14">
            {start}
          </span>
        )}
        {end && <span className="absolute inset-y-0 right-0 flex items-center pr-1">{end}</span>}
      </div>
      {note && (
        <p
          id={`${id}-note`}
          className={error ? "flex gap-1.5 text-xs text-crit-text" : "text-xs text-muted-foreground"}
        >
          {error && <CircleAlert aria-hidden className="icon-12 mt-0.5" />}
          {note}
        </p>
      )}
    </div>
  );
}
