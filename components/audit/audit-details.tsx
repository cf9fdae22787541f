import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import type { AuditItem } from "@/lib/audit/schema";
import { type Change, detailLines } from "./detail-lines";
import { useEventName } from "./event-name";

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const isChange = (value: unknown): value is Change =>
  typeof value === "object" && value !== null && "old" in value && "new" in value;

/** Everything else of an entry: what was changed from what to what, the session, the program. */
export function AuditDetails({ item }: { item: AuditItem }) {
  const t = useTranslations("audit");
  const nameOf = useEventName();
  const entries = detailLines(item.details);
  const shown = (value: unknown) =>
    isChange(value) ? t("changed", { old: text(value.old), new: text(value.new) }) : text(value);
  const around = [
    [t("session"), item.session_id],
    [t("agent"), item.user_agent],
  ].filter((pair): pair is [string, string] => pair[1] !== null);
  if (entries.length + around.length === 0) return <span className="text-muted-foreground">{t("none")}</span>;
  return (
    <details className="group min-w-0 text-xs">
      <summary
        aria-label={t("show", { event: nameOf(item.event_type) })}
        className="flex h-6 max-w-xl cursor-pointer list-none items-center gap-1 rounded-sm text-foreground-2 hover:text-foreground max-md:h-9"
      >
        <ChevronRight aria-hidden className="icon-12 shrink-0 group-open:rotate-90" />
        <span className="truncate group-open:invisible">
          {entries.length > 0
            ? entries.map(([name, value]) => `${t("listed", { name })} ${shown(value)}`).join(", ")
            : around.map(([, value]) => value).join(", ")}
        </span>
      </summary>
      <dl className="grid max-w-xl gap-1 pb-2 pl-4">
        {entries.map(([name, value]) => (
          <div key={name} className="flex flex-wrap gap-x-2">
            <dt className="font-mono text-muted-foreground">{t("listed", { name })}</dt>
            <dd className="min-w-0 whitespace-normal break-words font-mono">{shown(value)}</dd>
          </div>
        ))}
        {around.map(([name, value]) => (
          <div key={name} className="flex flex-wrap gap-x-2 text-muted-foreground">
            <dt>{t("listed", { name })}</dt>
            <dd className="min-w-0 whitespace-normal break-words font-mono">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
