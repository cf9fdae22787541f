"use client";
import { Columns3, Layers, Tag } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { COLUMNS, type Column } from "./columns";

/** One way to go: what it says, and the list as it is then. */
interface Way {
  text: string;
  href: string;
}

interface LabelFilterProps {
  /** What is chosen, as text. */
  chosen: string;
  /** The labels by name; a click on a value takes it in or away. */
  labels: readonly { key: string; values: readonly (Way & { count: number; chosen: boolean })[] }[];
}

const ACTIVE = "border-primary-line bg-primary-soft text-primary-text";
const stayOpen = (event: Event) => event.preventDefault();

/** Shows only servers with the chosen labels. */
export function LabelFilter({ chosen, labels }: LabelFilterProps) {
  const t = useTranslations("servers");
  const router = useRouter();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button className={cn("max-w-72", chosen && ACTIVE)}>
          <Tag aria-hidden />
          <span className="truncate">{chosen ? t("labelsChosen", { labels: chosen }) : t("columns.labels")}</span>
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-h-96 overflow-y-auto">
        {labels.map(({ key, values }) => (
          <div key={key}>
            <DropdownMenuLabel>{key}</DropdownMenuLabel>
            {values.map(({ text, href, count, chosen: checked }) => (
              <DropdownMenuCheckboxItem
                key={text}
                checked={checked}
                onSelect={stayOpen}
                onCheckedChange={() => router.replace(href, { scroll: false })}
              >
                <span className="max-w-56 truncate">{text}</span>
                <span className="text-muted-foreground text-xs">{count}</span>
              </DropdownMenuCheckboxItem>
            ))}
          </div>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

interface GroupChoiceProps {
  /** Name of the label by which the list is grouped, or "". */
  group: string;
  /** The labels, and first the list without groups. */
  ways: readonly (Way & { key: string })[];
}

/** Lets servers with the same value of a label stand together. */
export function GroupChoice({ group, ways }: GroupChoiceProps) {
  const t = useTranslations("servers");
  const router = useRouter();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button className={cn(group && ACTIVE)}>
          <Layers aria-hidden />
          {group ? t("groupedBy", { label: group }) : t("group")}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-h-96 overflow-y-auto">
        <DropdownMenuRadioGroup
          value={group}
          onValueChange={(key) => router.replace(ways.find((way) => way.key === key)?.href ?? "", { scroll: false })}
        >
          {ways.map(({ key, text }) => (
            <DropdownMenuRadioItem key={key} value={key}>
              {text}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

interface ColumnChoiceProps {
  hidden: readonly Column[];
  save(hidden: string[]): Promise<void>;
}

/** Which columns show, remembered in the browser. */
export function ColumnChoice({ hidden, save }: ColumnChoiceProps) {
  const t = useTranslations("servers");
  const [chosen, setChosen] = useState(hidden);
  const toggle = (column: Column) => {
    const next = chosen.includes(column) ? chosen.filter((one) => one !== column) : [...chosen, column];
    setChosen(next);
    void save(next);
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="icon" aria-label={t("columnsChoice")} title={t("columnsChoice")} className="max-md:hidden">
          <Columns3 aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>{t("columnsChoice")}</DropdownMenuLabel>
        {COLUMNS.map((column) => (
          <DropdownMenuCheckboxItem
            key={column}
            checked={!chosen.includes(column)}
            onSelect={stayOpen}
            onCheckedChange={() => toggle(column)}
          >
            {t(`columns.${column}`)}
          </DropdownMenuCheckboxItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
