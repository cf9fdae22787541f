"use client";
import { GitCompareArrows } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { isCompared } from "./time-window";

/** Lays the period before under the shown one, or takes it away; the choice is part of the address. */
export function CompareToggle({ className }: { className?: string }) {
  const t = useTranslations("charts");
  const router = useRouter();
  const pathname = usePathname();
  const parameters = useSearchParams();
  const on = isCompared(Object.fromEntries(parameters));
  const change = () => {
    const next = new URLSearchParams(parameters);
    if (on) next.delete("compare");
    else next.set("compare", "previous");
    router.push(next.size > 0 ? `${pathname}?${next}` : pathname, { scroll: false });
  };
  return (
    <Button
      aria-pressed={on}
      aria-label={t("previous")}
      title={t("previousHelp")}
      onClick={change}
      className={cn(on && "border-primary-line bg-primary-soft text-primary-text", className)}
    >
      <GitCompareArrows aria-hidden />
      <span className="max-lg:sr-only">{t("previous")}</span>
    </Button>
  );
}
