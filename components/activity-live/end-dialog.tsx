import { useLocale, useTranslations } from "next-intl";
import { type FormEvent, type RefObject, useState } from "react";
import { toast } from "sonner";
import type { EndSessionResult, EndVerb } from "@/lib/fleet/sessions-schema";
import { FormError } from "../account/form-error";
import { ReasonField } from "../reason-field";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { clockAge } from "./age";
import { type EndAction, type Ending, refusalOf } from "./ending";
import type { SessionRow } from "./rows";

const OFFER_MS = 12_000;

interface EndDialogProps {
  server: string;
  ending: Ending;
  /** When the server told the session (ms). */
  asked: number;
  end: EndAction;
  onClose(): void;
  /** Offers the harder way once the softer one was tried. */
  onTerminate(): void;
  returnTo?: RefObject<HTMLElement | null>;
}

/** Says what is about to happen to whom, takes a reason, and tells what became of it. */
export function EndDialog({ server, ending, asked, end, onClose, onTerminate, ...focus }: EndDialogProps) {
  const t = useTranslations("activityLive.end");
  const { verb, row, victims } = ending;
  const { pid, backend_start } = row;
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const tell = ({ outcome }: EndSessionResult) => {
    if (outcome !== "sent") toast.warning(t(`outcome.${outcome}`, { pid }));
    else if (verb === "terminate") toast.success(t("outcome.terminated", { pid }));
    else {
      toast.success(t("outcome.cancelled", { pid }), {
        description: t("outcome.then"),
        duration: OFFER_MS,
        action: { label: t("terminate.short"), onClick: onTerminate },
      });
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending || backend_start === null) return;
    setPending(true);
    const result = await end({
      ...{ server, pid, verb, backend_start },
      ...(reason.trim() && { reason: reason.trim() }),
    }).catch(() => null);
    setPending(false);
    if (!result?.ok) {
      setError(t(`refused.${refusalOf(result?.error.code ?? "")}`, { message: result?.error.message ?? "" }));
      return;
    }
    tell(result.data);
    onClose();
  };
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={t(`${verb}.title`, { pid })}>
      <form onSubmit={(event) => void submit(event)} className="grid gap-3 p-4">
        <Facts row={row} asked={asked} />
        <p className="text-sm">{t(effectOf(verb, row))}</p>
        {victims > 0 && <p className="text-sm">{t("victims", { count: victims })}</p>}
        <ReasonField label={t("reason")} hint={t("reasonHint")} value={reason} onChange={setReason} />
        <FormError>{error}</FormError>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("back")}</Button>
          <Button type="submit" variant="destructive" aria-disabled={pending || undefined}>
            {t(`${verb}.submit`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What it will do; a session that runs nothing has nothing to cancel. */
function effectOf(verb: EndVerb, { state }: SessionRow) {
  if (verb === "terminate") return "terminate.text" as const;
  return state?.startsWith("idle") ? ("cancel.idle" as const) : ("cancel.text" as const);
}

/** Whose session it is, and for how long. */
function Facts({ row, asked }: { row: SessionRow; asked: number }) {
  const t = useTranslations("activityLive.columns");
  const locale = useLocale();
  const age = (since: number | null) => since !== null && clockAge((asked - since) / 1_000, locale);
  const facts = [
    [t("pid"), row.pid],
    [t("user"), row.usename],
    [t("database"), row.datname],
    [t("application"), row.application_name],
    [t("transactionAge"), age(row.xactSince)],
    [t("queryAge"), age(row.querySince)],
  ] as const;
  return (
    <div className="rounded-md border bg-muted px-3 py-2 text-sm">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} className="contents">
                <dt className="text-muted-foreground">{name}</dt>
                <dd className="truncate font-medium normal-nums">{value}</dd>
              </div>
            ),
        )}
      </dl>
      {row.query && <p className="mono mt-1 line-clamp-3 break-words text-foreground-2">{row.query}</p>}
    </div>
  );
}
