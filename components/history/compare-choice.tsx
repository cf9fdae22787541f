"use client";
import { CalendarClock, GitCompareArrows } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { COMPARISONS, type HistoryState, historyAddress } from "./address";
import { OtherRange } from "./other-range";

const OFF = "off";

/** What is laid under the shown range: nothing, the same time before, or any other range. */
export function CompareChoice({ state }: { state: HistoryState }) {
  const t = useTranslations("history");
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const { compare } = state;
  const value = compare === null ? OFF : typeof compare === "number" ? "other" : compare;
  const choose = (next: string) => {
    const named = COMPARISONS.find((name) => name === next) ?? null;
    router.push(historyAddress({ ...state, compare: named }), { scroll: false });
  };
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button className={cn(compare !== null && "border-primary-line bg-primary-soft text-primary-text")}>
            <GitCompareArrows aria-hidden />
            <span>{t("compareWith")}</span>
            <span className={cn(compare === null && "text-muted-foreground")}>{t(`compare.${value}`)}</span>
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="start" className="min-w-60">
          <DropdownMenuRadioGroup value={value} onValueChange={choose}>
            {[OFF, ...COMPARISONS].map((name) => (
              <DropdownMenuRadioItem key={name} value={name}>
                {t(`compare.${name as typeof OFF | (typeof COMPARISONS)[number]}`)}
              </DropdownMenuRadioItem>
            ))}
          </DropdownMenuRadioGroup>
          <DropdownMenuSeparator />
          <DropdownMenuItem onSelect={() => setAsking(true)}>
            <CalendarClock aria-hidden />
            {t("chooseRange")}
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <Dialog open={asking} onOpenChange={setAsking} title={t("otherRange")} className="max-w-sm">
        <OtherRange state={state} onDone={() => setAsking(false)} />
      </Dialog>
    </>
  );
}
