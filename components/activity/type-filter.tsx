import { ChevronDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuCheckboxItem, DropdownMenuContent, DropdownMenuTrigger } from "../ui/dropdown-menu";
import { iconOf, TYPES } from "./looks";

interface TypeFilterProps {
  chosen: readonly string[];
  onChange(types: string[]): void;
}

/** Which kinds of events are shown: any number of them. */
export function TypeFilter({ chosen, onChange }: TypeFilterProps) {
  const t = useTranslations("activity");
  const [first] = chosen;
  const shown = first === undefined ? t("anyType") : chosen.length === 1 ? t(`types.${first}`) : `${chosen.length}`;
  const toggle = (type: string) =>
    onChange(chosen.includes(type) ? chosen.filter((one) => one !== type) : [...chosen, type]);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button className={chosen.length > 0 ? "border-primary-line bg-primary-soft text-primary-text" : undefined}>
          {t("type", { type: shown })}
          <ChevronDown aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-h-[70vh] overflow-y-auto md:grid md:grid-cols-2">
        {TYPES.map((type) => {
          const Icon = iconOf(type);
          return (
            <DropdownMenuCheckboxItem
              key={type}
              checked={chosen.includes(type)}
              // Several are chosen one after another: the menu stays open.
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={() => toggle(type)}
            >
              <Icon aria-hidden />
              {t(`types.${type}`)}
            </DropdownMenuCheckboxItem>
          );
        })}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
