import { useLocale, useTranslations } from "next-intl";
import type { ReactNode, RefObject } from "react";
import { formatTime, NO_VALUE } from "@/lib/format";
import { useTimeZone } from "../clock";
import { CopyButton } from "../profile/copy-button";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { canBeEnded, type OnEnd } from "./ending";
import { type SessionRow, waitOf } from "./rows";
import { StateBadge } from "./state-badge";
import { Since } from "./ticking";

interface DetailsDialogProps {
  row: SessionRow;
  /** Whether it is not listed any more: what shows is what was known last. */
  ended: boolean;
  masked: boolean;
  /** Null for viewers who may not end sessions. */
  onEnd: OnEnd | null;
  onClose(): void;
  returnTo: RefObject<HTMLElement | null>;
}

/** All that is known of a session, with its whole query. */
export function DetailsDialog({ row, ended, masked, onEnd, onClose, returnTo }: DetailsDialogProps) {
  const t = useTranslations("activityLive");
  const { pid, query } = row;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("details.title", { pid })}
      className="max-w-2xl"
      returnTo={returnTo}
    >
      <div className="grid gap-3 p-4">
        {ended && <p className="text-sm text-muted-foreground">{t("details.ended")}</p>}
        <Facts row={row} />
        <div className="flex flex-wrap items-center gap-2">
          <h3 className="mr-auto text-xs font-medium text-foreground-2">{t("columns.text")}</h3>
          {query && <CopyButton text={query} about={t("columns.text")} />}
        </div>
        {query === null ? (
          <p className="text-sm text-muted-foreground">{t("unseenQuery")}</p>
        ) : (
          <Query text={query} label={t("columns.text")} />
        )}
        {row.query_truncated && <p className="text-xs text-muted-foreground">{t("details.truncated")}</p>}
        {masked && query && <p className="text-xs text-muted-foreground">{t("masked")}</p>}
        {onEnd && !ended && canBeEnded(row) && (
          <div className="flex flex-wrap justify-end gap-2 border-t pt-3">
            <Button onClick={() => onEnd(row, "cancel")}>{t("end.cancel.open")}</Button>
            <Button variant="danger" onClick={() => onEnd(row, "terminate")}>
              {t("end.terminate.open")}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** The keyboard can scroll it. */
function Query({ text, label }: { text: string; label: string }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text must scroll by keyboard
      tabIndex={0}
      aria-label={label}
      className="max-h-64 overflow-auto rounded-md border bg-muted p-2.5"
    >
      <pre className="mono whitespace-pre-wrap break-words">{text}</pre>
    </section>
  );
}

function Facts({ row }: { row: SessionRow }) {
  const t = useTranslations("activityLive.columns");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const moment = (time: string | null) => time && formatTime(new Date(time), { locale, timeZone, style: "datetime" });
  const facts: [name: string, value: ReactNode][] = [
    [t("user"), row.usename],
    [t("database"), row.datname],
    [t("application"), row.application_name],
    [t("client"), row.client_addr],
    [t("kind"), row.backend_type],
    [t("state"), <StateBadge key="state" session={row} />],
    [t("wait"), waitOf(row)],
    [t("blockedBy"), row.blocked_by.join(", ")],
    [t("transactionAge"), row.xactSince !== null && <Since key="transaction" since={row.xactSince} />],
    [t("queryAge"), row.querySince !== null && <Since key="query" since={row.querySince} />],
    [t("since"), moment(row.backend_start)],
  ];
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm md:grid-cols-[auto_minmax(0,1fr)_auto_minmax(0,1fr)]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="break-words font-medium normal-nums">{value || NO_VALUE}</dd>
        </div>
      ))}
    </dl>
  );
}
