import { useTranslations } from "next-intl";
import { useState } from "react";
import type { MetricChoice } from "@/lib/fleet/schema";
import { Input } from "../ui/input";
import { type Labels, labelsText, MOST_INSTANCES } from "./address";
import { instanceName, isChosen, toggleInstance } from "./selection";

interface InstanceListProps {
  choice: Pick<MetricChoice, "metric" | "instances">;
  chosen: readonly Labels[];
  onChange(chosen: readonly Labels[]): void;
}

/** From so many on a search helps. */
const MANY = 12;

/** Which databases, devices, interfaces of a metric are shown; none ticked means all. */
export function InstanceList({ choice: { metric, instances }, chosen, onChange }: InstanceListProps) {
  const t = useTranslations("history");
  const [search, setSearch] = useState("");
  const shown = instances.filter((labels) => instanceName(labels).toLowerCase().includes(search.toLowerCase()));
  return (
    <fieldset className="m-0 min-w-0">
      <legend className="mb-1 text-muted-foreground text-xs">
        {chosen.length === 0
          ? t("allInstances", { count: instances.length, most: MOST_INSTANCES })
          : t("someInstances", { count: chosen.length, all: instances.length })}
      </legend>
      {instances.length > MANY && (
        <Input
          type="search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          aria-label={t("searchInstances", { metric })}
          placeholder={t("search")}
          className="mb-1 h-7"
        />
      )}
      <ul className="grid max-h-44 gap-x-3 overflow-y-auto sm:grid-cols-2">
        {shown.map((labels) => {
          const ticked = isChosen(chosen, labels);
          return (
            <li key={labelsText(labels)} className="min-w-0">
              <label className="flex h-7 items-center gap-2 text-sm max-md:h-9">
                <input
                  type="checkbox"
                  checked={ticked}
                  disabled={!ticked && chosen.length >= MOST_INSTANCES}
                  onChange={() => onChange(toggleInstance(chosen, labels))}
                  className="size-3.5 shrink-0 accent-primary"
                />
                <span className="truncate" title={instanceName(labels)}>
                  {instanceName(labels)}
                </span>
              </label>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
