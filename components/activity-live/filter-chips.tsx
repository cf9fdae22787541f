import { X } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatAge } from "@/lib/format";
import { Button } from "../ui/button";
import { type ActivityQuery, UNFILTERED } from "./address";

interface FilterChipsProps {
  query: ActivityQuery;
  change(changes: Partial<ActivityQuery>): void;
}

type Chip = [text: string, without: Partial<ActivityQuery>];

/** How many filters hold sessions back. */
export const countFilters = (query: ActivityQuery): number =>
  (Object.keys(UNFILTERED) as (keyof typeof UNFILTERED)[]).filter((key) => query[key] !== UNFILTERED[key]).length;

/** The filters that hold; each can be taken away. */
export function FilterChips({ query, change }: FilterChipsProps) {
  const t = useTranslations("activityLive.filters");
  const locale = useLocale();
  const { state, database, user, age, search } = query;
  const named = (name: string, value: string) => t("is", { name, value });
  const chips: Chip[] = [];
  if (state !== null) chips.push([named(t("state"), t(`states.${state}`)), { state: null }]);
  if (database !== null) chips.push([named(t("database"), database), { database: null }]);
  if (user !== null) chips.push([named(t("user"), user), { user: null }]);
  if (age > 0) chips.push([named(t("age"), formatAge(age, locale)), { age: 0 }]);
  if (search) chips.push([named(t("text"), search), { search: "" }]);
  return (
    <>
      {chips.map(([text, without]) => (
        <button
          key={text}
          type="button"
          onClick={() => change(without)}
          aria-label={t("remove", { filter: text })}
          className="inline-flex h-[26px] max-w-full items-center gap-1.5 rounded-md border border-primary-line bg-primary-soft px-2 text-xs font-medium text-primary-text max-md:h-9"
        >
          <span className="truncate">{text}</span>
          <X aria-hidden className="icon-12" />
        </button>
      ))}
      <Button size="sm" onClick={() => change(UNFILTERED)}>
        {t("clear")}
      </Button>
    </>
  );
}
