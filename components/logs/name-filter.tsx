import { ChevronDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";

interface NameFilterProps {
  label: string;
  names: readonly string[];
  /** Empty for any. */
  chosen: string;
  onChange(name: string): void;
}

/** One of several names, or any. */
export function NameFilter({ label, names, chosen, onChange }: NameFilterProps) {
  const t = useTranslations("logs");
  const offered = chosen && !names.includes(chosen) ? [chosen, ...names] : names;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button className={chosen ? "border-primary-line bg-primary-soft text-primary-text" : undefined}>
          {t("filter", { label, name: chosen || t("any") })}
          <ChevronDown aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-h-[min(60vh,28rem)] overflow-y-auto">
        <DropdownMenuRadioGroup value={chosen} onValueChange={onChange}>
          <DropdownMenuRadioItem value="">{t("any")}</DropdownMenuRadioItem>
          {offered.map((name) => (
            <DropdownMenuRadioItem key={name} value={name}>
              {name}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
