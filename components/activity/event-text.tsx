import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { ActivityEvent } from "@/lib/activity/schema";
import { formatNumber } from "@/lib/format";
import { changesOf, sentenceOf } from "./sentence";

interface EventTextProps {
  event: ActivityEvent;
  /** Page of what the event is about. */
  href: string | null;
}

/** What happened, in the viewer's language where that can be told from the details, else in the event's own words. */
export function EventText({ event, href }: EventTextProps) {
  const t = useTranslations("activity.text");
  const marks = {
    b: (name: ReactNode) => <strong className="font-medium text-foreground">{name}</strong>,
    on: (name: ReactNode) => <TargetName href={href}>{name}</TargetName>,
  };
  if (event.type === "settings_changed" && event.actor) return <ChangedSettings event={event} href={href} />;
  const sentence = sentenceOf(event);
  if (sentence && t.has(sentence.key)) return t.rich(sentence.key, { ...sentence.values, ...marks });
  return <Message event={event} href={href} />;
}

function TargetName({ href, children }: { href: string | null; children: ReactNode }) {
  const className = "font-medium text-foreground normal-nums";
  if (href === null) return <strong className={className}>{children}</strong>;
  return (
    <Link href={href} prefetch={false} className={`${className} rounded-sm hover:underline`}>
      {children}
    </Link>
  );
}

/** The event's own sentence, with the name of its object as a link where it stands in it. */
function Message({ event: { message, target }, href }: EventTextProps) {
  const at = target?.name ? message.indexOf(target.name) : -1;
  if (!target || at < 0) return message;
  return (
    <>
      {message.slice(0, at)}
      <TargetName href={href}>{target.name}</TargetName>
      {message.slice(at + target.name.length)}
    </>
  );
}

function ChangedSettings({ event, href }: EventTextProps) {
  const t = useTranslations();
  const locale = useLocale();
  const marks = {
    b: (name: ReactNode) => <strong className="font-medium text-foreground">{name}</strong>,
    on: (name: ReactNode) => <TargetName href={href}>{name}</TargetName>,
  };
  const shown = (value: string | number | boolean) => {
    if (typeof value === "boolean") return t(value ? "settings.on" : "settings.off");
    return typeof value === "number" ? formatNumber(value, locale) : value;
  };
  const label = (key: string) => (t.has(`settings.label.${key}`) ? t(`settings.label.${key}`) : key);
  const parts = changesOf(event).map(({ key, before, after }) =>
    before !== null && after !== null
      ? t("activity.text.change", { label: label(key), before: shown(before), after: shown(after) })
      : label(key),
  );
  return t.rich("activity.text.settings_changed", { actor: event.actor ?? "", changes: parts.join(", "), ...marks });
}
