import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import en from "../messages/en.json";
import ru from "../messages/ru.json";
import { REASONS, type ReasonCode, readReason } from "./reasons";

const CODES = Object.keys(REASONS) as ReasonCode[];
const texts = { en: en.reasons.missing, ru: ru.reasons.missing };
/** A sentence as a probe would give it, every blank filled with its own name. */
const filled = (code: ReasonCode): string => REASONS[code].replaceAll(/\{(\w+)\}/g, "$1-1.5(x)");

describe("what probes say of missing values", () => {
  it("has words in every language, and in English those of the API", () => {
    expect(texts.en).toEqual(REASONS);
    expect(Object.keys(texts.ru)).toEqual(CODES);
    expect(CODES.filter((code) => !/[а-яё]{2}/i.test(texts.ru[code]))).toEqual([]);
  });

  it.each(CODES)("%s is known again, with all that fills it", (code) => {
    const found = readReason(filled(code));
    expect(found?.code).toBe(code);
    const t = createTranslator({ locale: "en", messages: en, namespace: "reasons.missing" });
    expect(t(code, found?.values)).toBe(filled(code));
    const names = [...REASONS[code].matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    expect(found?.values).toEqual(Object.fromEntries(names.map((name) => [name, `${name}-1.5(x)`])));
  });

  it("leaves the words of others alone", () => {
    expect(readReason("permission denied for function pg_stat_file")).toBeNull();
    expect(readReason("")).toBeNull();
  });
});
