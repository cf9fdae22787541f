import { useLocale, useTranslations } from "next-intl";
import type { ProbeRuns } from "@/lib/collector/schema";
import { formatAge, formatNumber, formatUnit, joinUnit, NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Age } from "../age";
import { TableCell, TableRow } from "../ui/table";
import { useReason } from "../use-reason";
import type { CollectorActions } from "./actions";
import { outcomeOf } from "./collector-query";
import { OutcomeBadge } from "./outcome-badge";
import { RunNow } from "./run-now";
import { Until } from "./until";

interface ProbeRowProps {
  server: string;
  enabled: boolean;
  probe: ProbeRuns;
  actions: CollectorActions;
  asOf: number;
}

/** On a phone a card of two lines: what it is and how it went, then when and how long. */
const CELL = "text-right max-md:p-0! max-md:order-4 max-md:text-left max-md:text-muted-foreground max-md:text-xs";

/** How one probe of a server fares. */
export function ProbeRow({ server, enabled, probe, actions, asOf }: ProbeRowProps) {
  const locale = useLocale();
  const number = (value: number) => formatNumber(value, locale, 0);
  const { failures_last_hour: failed, last_run_at, last_success_at, next_run_at } = probe;
  // After failures in a row the pauses grow: when it is asked after the next time is not known.
  const regular = probe.failures > 1 ? null : probe.interval_seconds;
  return (
    <TableRow className="max-md:grid max-md:h-auto max-md:grid-cols-[6.5rem_minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-3 max-md:px-3 max-md:py-1">
      <TableCell className="font-medium max-md:p-0! max-md:order-1">{probe.probe}</TableCell>
      <TableCell className="max-w-80 overflow-hidden max-md:p-0! max-md:order-2 max-md:min-w-0">
        <Outcome probe={probe} />
      </TableCell>
      <TableCell className={CELL}>{last_run_at ? <Age since={last_run_at} asOf={asOf} ago /> : NO_VALUE}</TableCell>
      <TableCell className={CELL}>
        {probe.duration_ms === null ? NO_VALUE : joinUnit(formatUnit(probe.duration_ms, "ms", locale))}
      </TableCell>
      <TableCell className={cn("text-right max-md:hidden", failed > 0 && "font-medium text-crit-text")}>
        {number(failed)}
      </TableCell>
      <TableCell className="text-right text-muted-foreground max-lg:hidden">{number(probe.skipped)}</TableCell>
      <TableCell className="text-right max-lg:hidden">
        {last_success_at ? <Age since={last_success_at} asOf={asOf} ago /> : NO_VALUE}
      </TableCell>
      <TableCell className="text-right text-muted-foreground max-lg:hidden">
        {formatAge(probe.interval_seconds, locale)}
      </TableCell>
      <TableCell className={CELL}>
        {next_run_at ? <Until at={next_run_at} everySeconds={regular} asOf={asOf} /> : NO_VALUE}
      </TableCell>
      <TableCell className="text-right max-md:p-0! max-md:order-3">
        <RunNow server={server} probe={probe.probe} last={probe} disabled={!enabled} run={actions.run} />
      </TableCell>
    </TableRow>
  );
}

/** What became of the last run, with its reason in words and how often in a row. */
function Outcome({ probe }: { probe: ProbeRuns }) {
  const t = useTranslations();
  const { outcome, code, failures } = probe;
  const inWords = useReason();
  const message = probe.message === null ? null : inWords(probe.message);
  const reason = code !== null && t.has(`reasons.short.${code}`) ? t(`reasons.short.${code}`) : (code ?? message);
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <OutcomeBadge outcome={outcomeOf(probe)} />
      {outcome !== "ok" && reason && (
        <span className="min-w-0 truncate text-muted-foreground text-xs" title={message ?? undefined}>
          {reason}
          {failures > 1 && `, ${t("collector.inRow", { count: failures })}`}
        </span>
      )}
    </span>
  );
}
