import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { VerdictReason } from "@/lib/fleet/analysis-schema";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import { useReasonText } from "./reason";

function Sentence({ reason }: { reason: VerdictReason }) {
  return useReasonText()(reason);
}

describe("the reason of a verdict", () => {
  const reason = (code: VerdictReason["code"], numbers: Partial<VerdictReason>): VerdictReason => ({
    ...{ code, days: null, needed: null, connections: null, average: null },
    ...numbers,
  });

  it.each([
    [
      reason("short_history", { days: 12.5, needed: 30 }),
      "History so far: 12.5 days, 30 days needed",
      "Накоплено истории: 12,5 дня, нужно: 30 дней",
    ],
    [
      reason("short_history", { days: 0.2, needed: 1 }),
      "History so far: less than a day, 1 day needed",
      "Накоплено истории: меньше суток, нужно: 1 день",
    ],
    [
      reason("gap", { days: 2, needed: 30 }),
      "History broke off and reaches back 2 days since, 30 days needed",
      "История прерывалась, с тех пор накоплено: 2 дня, нужно: 30 дней",
    ],
    [
      reason("unchanged", { days: 41, connections: 1 }),
      "1 connection unchanged for 41 days, no new sessions, no rows written",
      "1 подключение без изменений, срок: 41 день; ни новых сеансов, ни записанных строк",
    ],
    [
      reason("unchanged", { days: 33, connections: 5 }),
      "5 connections unchanged for 33 days, no new sessions, no rows written",
      "5 подключений без изменений, срок: 33 дня; ни новых сеансов, ни записанных строк",
    ],
    [reason("unused", { days: 31 }), "Nobody connected for 31 days", "Никто не подключался 31 день"],
    [reason("unused", { days: 365 }), "Nobody connected for 365 days", "Никто не подключался 365 дней"],
    [
      reason("few_connections", { average: 1 }),
      "1 connection on average over 7 days",
      "1 подключение в среднем за 7 дней",
    ],
    [
      reason("few_connections", { average: 0.333 }),
      "0.33 connections on average over 7 days",
      "0,33 подключения в среднем за 7 дней",
    ],
    [
      reason("few_connections", { average: 0.001 }),
      "fewer than 0.01 connections on average over 7 days",
      "меньше 0,01 подключения в среднем за 7 дней",
    ],
    [reason("in_use", { days: 3, average: 0 }), "Last used 3 days ago", "Последнее использование 3 дня назад"],
    [
      reason("in_use", { days: 0, average: 12 }),
      "Used within the last day, 12 connections on average over 7 days",
      "Использовалась за последние сутки, 12 подключений в среднем за 7 дней",
    ],
    [reason("in_use", {}), "In use", "Используется"],
  ])("%j", (given, english, russian) => {
    const sentence = (locale: "en" | "ru") =>
      renderToStaticMarkup(
        <NextIntlClientProvider locale={locale} messages={locale === "ru" ? ru : en} timeZone="UTC">
          <Sentence reason={given} />
        </NextIntlClientProvider>,
      );
    expect([sentence("en"), sentence("ru")]).toEqual([english, russian]);
  });
});
