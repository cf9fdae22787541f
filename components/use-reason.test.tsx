// @vitest-environment jsdom
import { cleanup, render } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, expect, it } from "vitest";
import english from "@/messages/en.json";
import russian from "@/messages/ru.json";
import { ChartUnavailable } from "./charts/chart-card";

afterEach(cleanup);

it.each([
  ["en", "needs a second sample", "needs a second sample"],
  ["ru", "needs a second sample", "нужен второй замер"],
  ["ru", "needs cycles and {x}'s <b>", "нужны cycles и {x}'s <b>"],
  [
    "ru",
    "postgres may not look into the directory that holds /pg; make postgres a member of the group of PostgreSQL and the data directory readable for it (0750, initdb --allow-group-access)",
    "пользователю postgres нельзя заглядывать в каталог, где лежит /pg; добавьте postgres в группу PostgreSQL и откройте ей каталог данных на чтение (0750, initdb --allow-group-access)",
  ],
  ["ru", "Нет данных", "Нет данных"],
  ["ru", "relation does not exist", "relation does not exist"],
])("a chart of nothing says in %s for %s", (locale, reason, shown) => {
  const { container } = render(
    <NextIntlClientProvider locale={locale} messages={locale === "ru" ? russian : english}>
      <ChartUnavailable title="" reason={reason} height={10} />
    </NextIntlClientProvider>,
  );
  expect(container.textContent).toBe(shown);
});
