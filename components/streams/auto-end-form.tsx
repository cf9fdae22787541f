import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import type { Channel } from "@/lib/streams/schema";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Segmented, SegmentedItem } from "../ui/segmented";
import type { StreamActions } from "./actions";
import { refusalOf } from "./refusal";

interface AutoEndFormProps {
  channel: Pick<Channel, "channel_id" | "auto_end">;
  actions: Pick<StreamActions, "update">;
}

/** As the settings say, or as this channel has it of its own. */
const CHOICES = [
  { name: "asSettings", enabled: null },
  { name: "on", enabled: true },
  { name: "never", enabled: false },
] as const;

const LONGEST_MINUTES = 60;
const MOST_WARNINGS = 5;
const isWarning = (seconds: number) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 3_600;

export function AutoEndForm({ channel, actions }: AutoEndFormProps) {
  const t = useTranslations("streams");
  const { own } = channel.auto_end;
  const [enabled, setEnabled] = useState(own.enabled);
  const [minutes, setMinutes] = useState(own.timeout_seconds === null ? "" : String(own.timeout_seconds / 60));
  const [seconds, setSeconds] = useState(own.warnings?.join(", ") ?? "");
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const wanted = minutes.trim() === "" ? null : Number(minutes.replace(",", "."));
  const fits = wanted === null || (Number.isInteger(wanted * 60) && wanted >= 1 && wanted <= LONGEST_MINUTES);
  const timeout_seconds = wanted === null ? null : wanted * 60;
  const warnings = seconds.trim() === "" ? null : seconds.split(",").map((part) => Number(part.trim() || "x"));
  const warningsFit = warnings === null || (warnings.length <= MOST_WARNINGS && warnings.every(isWarning));
  const changed =
    enabled !== own.enabled ||
    timeout_seconds !== own.timeout_seconds ||
    (warnings?.join() ?? "") !== (own.warnings?.join() ?? "");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending || !fits || !warningsFit) return;
    setPending(true);
    const auto_end = { enabled, timeout_seconds, warnings };
    const answer = await actions.update({ channel_id: channel.channel_id, auto_end }).catch(() => null);
    setPending(false);
    if (!answer?.ok) return setError(t(`refused.${refusalOf(answer)}`, { message: answer?.error.message ?? "" }));
    setError(null);
    toast.success(t("done.update"));
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-3 border-t pt-3">
      <div className="grid justify-items-start gap-1.5">
        <span aria-hidden className="font-medium text-xs">
          {t("autoEnd.choice")}
        </span>
        <Segmented aria-label={t("autoEnd.choice")}>
          {CHOICES.map((choice) => (
            <SegmentedItem
              key={choice.name}
              active={enabled === choice.enabled}
              onClick={() => setEnabled(choice.enabled)}
            >
              {t(`autoEnd.${choice.name}`)}
            </SegmentedItem>
          ))}
        </Segmented>
      </div>
      <Field
        label={t("autoEnd.timeout")}
        hint={t("autoEnd.timeoutHint")}
        error={fits ? undefined : t("autoEnd.timeoutWrong")}
        inputMode="decimal"
        autoComplete="off"
        value={minutes}
        onChange={(event) => setMinutes(event.target.value)}
      />
      <Field
        label={t("autoEnd.warnings")}
        hint={t("autoEnd.warningsHint")}
        error={warningsFit ? undefined : t("autoEnd.warningsWrong")}
        inputMode="text"
        autoComplete="off"
        placeholder={channel.auto_end.warnings.join(", ")}
        value={seconds}
        onChange={(event) => setSeconds(event.target.value)}
      />
      <FormError>{error}</FormError>
      <div>
        <Button type="submit" disabled={!changed || !fits || !warningsFit} aria-disabled={pending || undefined}>
          {t("verbs.save")}
        </Button>
      </div>
    </form>
  );
}
