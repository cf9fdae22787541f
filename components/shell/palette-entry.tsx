import type { ReactNode } from "react";
import { CommandItem } from "../ui/command";

interface PaletteEntryProps {
  /** What the search compares, where the text alone would not do. */
  value?: string;
  icon: ReactNode;
  end?: ReactNode;
  children: ReactNode;
  onSelect(): void;
}

/** A line of the palette. */
export function PaletteEntry({ value, icon, end, children, onSelect }: PaletteEntryProps) {
  return (
    <CommandItem {...(value !== undefined && { value })} onSelect={onSelect}>
      {icon}
      {children}
      {end && <span className="ml-auto flex shrink-0">{end}</span>}
    </CommandItem>
  );
}
