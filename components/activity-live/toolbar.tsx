import { ChevronDown } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { memo, useId } from "react";
import { formatAge, formatNumber } from "@/lib/format";
import { SearchBox } from "../servers/search-box";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { Switch } from "../ui/switch";
import { type ActivityQuery, LEAST_AGES, STATE_FILTERS } from "./address";
import { countStates, countValues } from "./arrange";
import type { SessionRow } from "./rows";

interface ToolbarProps {
  rows: readonly SessionRow[];
  query: ActivityQuery;
  change(changes: Partial<ActivityQuery>): void;
}

/** Which sessions show. */
export const Toolbar = memo(function Toolbar({ rows, query, change }: ToolbarProps) {
  const t = useTranslations("activityLive.filters");
  const locale = useLocale();
  const id = useId();
  const counted = query.own ? rows : rows.filter(({ own }) => !own);
  const states = countStates(counted);
  return (
    <div className="flex flex-wrap items-center gap-2 border-b px-3 py-1.5">
      <div className="max-md:flex max-md:w-full">
        <SearchBox search={query.search} label={t("search")} onAsk={(search) => change({ search })} />
      </div>
      <Choice
        name={t("state")}
        chosen={query.state}
        choices={STATE_FILTERS.map((state) => ({ value: state, text: t(`states.${state}`), count: states[state] }))}
        onChoose={(state) => change({ state: STATE_FILTERS.find((one) => one === state) ?? null })}
      />
      <Choice
        name={t("database")}
        chosen={query.database}
        choices={countValues(counted, "datname", query.database)}
        onChoose={(database) => change({ database })}
      />
      <Choice
        name={t("user")}
        chosen={query.user}
        choices={countValues(counted, "usename", query.user)}
        onChoose={(user) => change({ user })}
      />
      <Choice
        name={t("age")}
        any={t("anyAge")}
        chosen={query.age === 0 ? null : String(query.age)}
        choices={LEAST_AGES.map((age) => ({ value: String(age), text: formatAge(age, locale) }))}
        onChoose={(age) => change({ age: Number(age) })}
      />
      <span className="flex items-center gap-2 text-xs text-foreground-2 md:ml-auto">
        <Switch id={id} checked={query.own} onCheckedChange={(own) => change({ own })} />
        <label htmlFor={id}>{t("own")}</label>
      </span>
    </div>
  );
});

interface ChoiceProps {
  name: string;
  /** What it says where nothing is chosen. */
  any?: string;
  chosen: string | null;
  choices: readonly { value: string; text?: string; count?: number }[];
  onChoose(value: string | null): void;
}

/** Radix knows no empty choice, and no value of a server begins like this. */
const ANY = "\0any";

function Choice({ name, any, chosen, choices, onChoose }: ChoiceProps) {
  const t = useTranslations("activityLive.filters");
  const none = any ?? t("any");
  const locale = useLocale();
  const shown = choices.find(({ value }) => value === chosen)?.text ?? chosen ?? none;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          aria-label={`${name}: ${shown}`}
          className={chosen === null ? undefined : "border-primary-line bg-primary-soft text-primary-text"}
        >
          <span className="max-w-48 truncate">
            <span className="font-normal">{`${name}: `}</span>
            {shown}
          </span>
          <ChevronDown aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-h-96 overflow-y-auto">
        <DropdownMenuRadioGroup value={chosen ?? ANY} onValueChange={(value) => onChoose(value === ANY ? null : value)}>
          <DropdownMenuRadioItem value={ANY}>{none}</DropdownMenuRadioItem>
          {choices.map(({ value, text, count }) => (
            <DropdownMenuRadioItem key={value} value={value} className="relative">
              <span className="max-w-56 truncate">{text ?? value}</span>
              {count !== undefined && (
                <span className="text-xs text-muted-foreground">{formatNumber(count, locale, 0)}</span>
              )}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
