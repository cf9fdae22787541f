import { useId } from "react";
import { Label } from "./ui/label";

interface ReasonFieldProps {
  label: string;
  hint: string;
  value: string;
  onChange(reason: string): void;
}

/** Why somebody does something to others: a few lines, 500 characters at most. */
export function ReasonField({ label, hint, value, onChange }: ReasonFieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      <textarea
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        rows={3}
        maxLength={500}
        aria-describedby={`${id}-note`}
        className="w-full rounded-md border border-input bg-card px-2.5 py-1.5 text-sm text-foreground focus-visible:outline-2 focus-visible:-outline-offset-1 max-md:text-lg"
      />
      <p id={`${id}-note`} className="text-xs text-muted-foreground">
        {hint}
      </p>
    </div>
  );
}
