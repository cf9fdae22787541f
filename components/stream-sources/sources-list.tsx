import { useTranslations } from "next-intl";
import { NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Age } from "../age";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { failureOf } from "./failure";
import type { SourceActions, SourceItem } from "./source-actions";
import { SourceMenu } from "./source-menu";
import { SourceState } from "./source-state";

interface SourcesShown {
  sources: readonly SourceItem[];
  /** Null for whoever may not change them. */
  actions: SourceActions | null;
  asOf: number;
}

export function SourcesTable({ sources, ...rest }: SourcesShown) {
  const t = useTranslations("streamSources");
  return (
    <div className="max-md:hidden">
      <Table aria-label={t("title")}>
        <TableHead>
          <tr>
            <TableHeader>{t("columns.name")}</TableHeader>
            <TableHeader>{t("columns.state")}</TableHeader>
            <TableHeader className="max-lg:hidden">{t("columns.url")}</TableHeader>
            <TableHeader className="w-24 text-right">{t("columns.channels")}</TableHeader>
            <TableHeader className="w-28 text-right max-xl:hidden">{t("columns.interval")}</TableHeader>
            <TableHeader className="w-32 text-right">{t("columns.answered_at")}</TableHeader>
            {rest.actions && (
              <TableHeader className="w-10">
                <span className="sr-only">{t("columns.menu")}</span>
              </TableHeader>
            )}
          </tr>
        </TableHead>
        <tbody>
          {sources.map((source) => (
            <Row key={source.id} source={source} {...rest} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

type OneShown = Omit<SourcesShown, "sources"> & { source: SourceItem };

function Row({ source, actions, asOf }: OneShown) {
  const t = useTranslations("streamSources");
  return (
    <TableRow className="h-[38px] transition-colors hover:bg-hover">
      <TableCell className="max-w-48 truncate font-medium normal-nums">{source.name}</TableCell>
      <TableCell className="max-w-80">
        <span className="flex items-center gap-2">
          <SourceState state={source.state} />
          <Failure source={source} className="truncate text-foreground-2" />
        </span>
      </TableCell>
      <TableCell className="mono max-w-72 truncate text-foreground-2 text-xs max-lg:hidden" title={source.url}>
        {source.url}
      </TableCell>
      <TableCell className="text-right">{source.channels}</TableCell>
      <TableCell className="text-right text-foreground-2 max-xl:hidden">
        {t("seconds", { count: source.interval_seconds })}
      </TableCell>
      <TableCell className="text-right text-muted-foreground">
        <Answered source={source} asOf={asOf} />
      </TableCell>
      {actions && (
        <TableCell className="text-right">
          <SourceMenu source={source} actions={actions} />
        </TableCell>
      )}
    </TableRow>
  );
}

/** Why it does not answer, in the reader's words; what exactly was met stands in its title. */
function Failure({
  source: { state, error, error_code },
  className,
}: Pick<OneShown, "source"> & { className: string }) {
  const t = useTranslations("streamSources.test.failed");
  if (state !== "failing" || error === null) return null;
  const failure = failureOf(error_code);
  return (
    <span className={cn("text-xs", className)} title={error}>
      {failure ? t(failure) : error}
    </span>
  );
}

function Answered({ source: { answered_at: at }, asOf }: Pick<OneShown, "source" | "asOf">) {
  const t = useTranslations("streamSources");
  return at ? <Age since={at} asOf={asOf} ago /> : <span title={t("neverAnswered")}>{NO_VALUE}</span>;
}

/** The sources on a phone: a card each instead of a wide table. */
export function SourceCards({ sources, actions, asOf }: SourcesShown) {
  const t = useTranslations("streamSources");
  return (
    <ul className="md:hidden">
      {sources.map((source) => (
        <li key={source.id} className="flex items-center gap-2 border-b px-3 py-2 last:border-b-0">
          <div className="grid min-w-0 flex-1 gap-1">
            <span className="flex items-center gap-2">
              <span className="truncate font-medium normal-nums">{source.name}</span>
              <SourceState state={source.state} />
            </span>
            <span className="mono truncate text-foreground-2 text-xs">{source.url}</span>
            <Failure source={source} className="text-crit-text" />
            <span className="flex flex-wrap gap-x-3 text-muted-foreground text-xs">
              <span>{t("channelCount", { count: source.channels })}</span>
              <Answered source={source} asOf={asOf} />
            </span>
          </div>
          {actions && <SourceMenu source={source} actions={actions} />}
        </li>
      ))}
    </ul>
  );
}
