import { useEffect, useRef, useState } from "react";
import { Input } from "../ui/input";

interface PausedFieldProps {
  type: "search" | "date";
  label: string;
  value: string;
  /** ms after the last key press. */
  pause: number;
  className: string;
  onAsk(text: string): void;
}

/** A field whose text is asked for when its user pauses; a change of the address from elsewhere takes its place. */
export function PausedField({ type, label, value, pause, className, onAsk }: PausedFieldProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(value);
  useEffect(() => {
    if (value === asked.current) return;
    asked.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const typed = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      asked.current = next.trim();
      onAsk(next);
    }, pause);
  };
  return (
    <Input
      type={type}
      aria-label={label}
      aria-keyshortcuts={type === "search" ? "/" : undefined}
      placeholder={type === "search" ? label : undefined}
      maxLength={100}
      value={text}
      className={className}
      onChange={(event) => typed(event.target.value)}
    />
  );
}
