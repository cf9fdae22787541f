import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { formatTime } from "@/lib/format";
import { zoneClock } from "../charts/zone";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { type HistoryState, historyAddress, shiftSeconds } from "./address";

/** Asks when the other range begins; it is as long as the shown one, which from then on stays where it is. */
export function OtherRange({ state, onDone }: { state: HistoryState; onDone(): void }) {
  const t = useTranslations("history");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const router = useRouter();
  const clock = zoneClock(timeZone);
  const from = Math.floor(state.window.from / 60) * 60;
  const length = Math.round(state.window.to - state.window.from);
  const shift = shiftSeconds(state.compare ?? "previous", state.window);
  const [begins, setBegins] = useState(() => new Date(clock.local(from - shift) * 1000).toISOString().slice(0, 16));
  const start = clock.utc(Date.parse(`${begins}:00Z`) / 1000);
  const error = Number.isNaN(start) ? t("noTime") : start === from ? t("sameRange") : undefined;
  const moment = (seconds: number) => formatTime(new Date(seconds * 1000), { locale, timeZone, style: "datetime" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (error) return;
    const window = { period: null, from, to: from + length };
    router.push(historyAddress({ ...state, window, compare: from - start }), { scroll: false });
    onDone();
  };
  return (
    <form onSubmit={submit} className="grid gap-3 p-4">
      <p className="text-foreground-2 text-sm">{t("shownRange", { from: moment(from), to: moment(from + length) })}</p>
      <Field
        label={t("begins")}
        type="datetime-local"
        required
        value={begins}
        error={error}
        hint={error ? "" : t("ends", { to: moment(start + length), zone: timeZone })}
        onChange={(event) => setBegins(event.target.value.slice(0, 16))}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" disabled={error !== undefined}>
          {t("show")}
        </Button>
      </div>
    </form>
  );
}
