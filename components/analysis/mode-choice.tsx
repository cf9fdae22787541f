"use client";
import { ChevronDown } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { SEARCH_MODES, type SearchMode } from "./address";

/** How the name has to fit what is searched. */
export function ModeChoice({ mode }: { mode: SearchMode }) {
  const t = useTranslations("analysis");
  const router = useRouter();
  const path = usePathname();
  const choose = (next: string) => {
    // The address as it is by then: the search box writes into it, too.
    const params = new URLSearchParams(window.location.search);
    params.delete("page");
    if (next === "contains") params.delete("mode");
    else params.set("mode", next);
    router.replace(params.size > 0 ? `${path}?${params}` : path, { scroll: false });
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button className={mode === "contains" ? undefined : "border-primary-line bg-primary-soft text-primary-text"}>
          {t("modeIs", { mode: t(`mode.${mode}`) })}
          <ChevronDown aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        <DropdownMenuRadioGroup value={mode} onValueChange={choose}>
          {SEARCH_MODES.map((one) => (
            <DropdownMenuRadioItem key={one} value={one}>
              {t(`mode.${one}`)}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
