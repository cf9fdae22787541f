import { useLocale, useTranslations } from "next-intl";
import { formatNumber, unitSymbol } from "@/lib/format";
import { Card, CardHead } from "../ui/card";
import { detailOf, isKnownEvent, type ShownEvent, type Telling } from "./event-detail";
import { Moment } from "./moment";

/** What was reported of a channel, newest first. */
export function EventsCard({ events }: { events: readonly ShownEvent[] }) {
  const t = useTranslations("streams.events");
  const telling = useTelling();
  return (
    <Card>
      <CardHead title={t("title")} meta={t("meta")} />
      {events.length === 0 ? (
        <p className="p-3 text-muted-foreground text-sm">{t("none")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
        <ul className="max-h-[420px] overflow-y-auto" tabIndex={0} aria-label={t("title")}>
          {events.map((event) => (
            <li
              key={event.id}
              className="flex min-h-[31px] items-baseline gap-3 border-b px-3 py-1.5 text-sm last:border-b-0"
            >
              <Moment at={event.ts} className="mono w-20 shrink-0 text-muted-foreground text-xs" />
              <span className="shrink-0 font-medium">
                {isKnownEvent(event.event) ? t(`types.${event.event}`) : event.event}
              </span>
              <span className="min-w-0 break-words text-foreground-2">{detailOf(event, telling)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function useTelling(): Telling {
  const t = useTranslations("streams.events.codes");
  const locale = useLocale();
  const number = (value: number) => formatNumber(value, locale, 0);
  return { code: (code) => t(code), number, kbps: (value) => `${number(value)}\u00a0${unitSymbol("kbit/s", locale)}` };
}
