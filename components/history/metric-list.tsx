import { useTranslations } from "next-intl";
import type { MetricChoice } from "@/lib/fleet/schema";
import { InstanceList } from "./instance-list";
import { type Selection, toggleMetric } from "./selection";

interface MetricListProps {
  metrics: readonly MetricChoice[];
  selection: Selection;
  onChange(selection: Selection): void;
}

/** Metrics by what they belong to, each with its unit and what it says; a ticked one offers its instances. */
export function MetricList({ metrics, selection, onChange }: MetricListProps) {
  const probes = [...new Set(metrics.map(({ probe }) => probe))];
  return probes.map((probe) => (
    <fieldset key={probe} className="m-0 min-w-0">
      <legend className="sticky top-0 w-full bg-popover px-4 py-1 text-muted-foreground text-xs">{probe}</legend>
      <ul>
        {metrics
          .filter((one) => one.probe === probe)
          .map((choice) => (
            <li key={choice.metric}>
              <Metric choice={choice} selection={selection} onChange={onChange} />
            </li>
          ))}
      </ul>
    </fieldset>
  ));
}

function Metric({ choice, selection, onChange }: Omit<MetricListProps, "metrics"> & { choice: MetricChoice }) {
  const t = useTranslations("history");
  const { metric, unit, help, instances } = choice;
  const chosen = selection.get(metric);
  const labelled = instances.some((labels) => Object.keys(labels).length > 0);
  return (
    <>
      <label className="flex cursor-pointer items-start gap-2.5 px-4 py-1.5 hover:bg-hover max-md:py-2">
        <input
          type="checkbox"
          checked={chosen !== undefined}
          onChange={() => onChange(toggleMetric(selection, metric))}
          className="mt-0.5 size-3.5 shrink-0 accent-primary"
        />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="truncate font-medium text-sm">{metric}</span>
            <span className="ml-auto shrink-0 text-muted-foreground text-xs">
              {labelled ? t("unitAndInstances", { unit, count: instances.length }) : unit}
            </span>
          </span>
          <span className="block text-foreground-2 text-xs" lang="en">
            {help}
          </span>
        </span>
      </label>
      {chosen && labelled && (
        <div className="mr-4 mb-2 ml-10 rounded-md border bg-muted px-3 py-2">
          <InstanceList
            choice={choice}
            chosen={chosen}
            onChange={(next) => onChange(new Map(selection).set(metric, next))}
          />
        </div>
      )}
    </>
  );
}
