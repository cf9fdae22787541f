import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";
import { type Arranged, type ListQuery, listHref } from "./arrange";
import type { Column } from "./columns";
import { labelsOf } from "./labels";
import { ColumnChoice, GroupChoice, LabelFilter } from "./list-menus";
import { SearchBox } from "./search-box";
import { StatusFilter } from "./status-filter";

interface ServersToolbarProps {
  query: ListQuery;
  arranged: Arranged;
  /** All there are, whatever is chosen. */
  servers: readonly ServerSummary[];
  hidden: readonly Column[];
  saveColumns(hidden: string[]): Promise<void>;
  /** What stands at the right end. */
  children: ReactNode;
}

/** Search, filters, groups, columns, and the way to another server. */
export function ServersToolbar({ query, arranged, servers, hidden, saveColumns, children }: ServersToolbarProps) {
  const t = useTranslations("servers");
  const labels = labelsOf(servers);
  const toggled = (label: string) =>
    query.labels.includes(label) ? query.labels.filter((one) => one !== label) : [...query.labels, label];
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <div className="max-md:flex max-md:w-full">
        <SearchBox search={query.search} />
      </div>
      <StatusFilter query={query} arranged={arranged} />
      {(labels.length > 0 || query.labels.length > 0) && (
        <LabelFilter
          chosen={query.labels.join(", ")}
          labels={labels.map(({ key, values }) => ({
            key,
            values: values.map(({ label, value, count }) => ({
              text: value,
              count,
              chosen: query.labels.includes(label),
              href: listHref(query, { labels: toggled(label) }),
            })),
          }))}
        />
      )}
      {(labels.length > 0 || query.group !== null) && (
        <span className="max-md:hidden">
          <GroupChoice
            group={query.group ?? ""}
            ways={[
              { key: "", text: t("noGroup"), href: listHref(query, { group: null }) },
              ...labels.map(({ key }) => ({ key, text: key, href: listHref(query, { group: key }) })),
            ]}
          />
        </span>
      )}
      <div className="flex gap-2 md:ml-auto">
        <ColumnChoice hidden={hidden} save={saveColumns} />
        {children}
      </div>
    </div>
  );
}
