import type { Forecast } from "@/lib/fleet/forecast";
import { cn } from "@/lib/utils";
import { LEVEL_TEXT } from "../bar";
import { useFullIn } from "./full-in";

/** When a file system will be full, coloured where somebody has to act. */
export function FullIn({ forecast }: { forecast: Forecast | undefined }) {
  const { text, title, level } = useFullIn()(forecast);
  return (
    <span
      className={
        level ? cn("font-medium", LEVEL_TEXT[level]) : forecast ? "text-foreground-2" : "text-muted-foreground text-xs"
      }
      title={title}
    >
      {text}
    </span>
  );
}
