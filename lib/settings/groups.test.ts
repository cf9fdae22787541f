import { describe, expect, it } from "vitest";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import { SETTING_GROUPS } from "./groups";
import { SETTING_KEYS, SETTINGS, type SettingDefinition } from "./schema";

describe("settings on their page", () => {
  it("stand in exactly one group each", () => {
    expect(Object.values(SETTING_GROUPS).flat().sort()).toEqual([...SETTING_KEYS].sort());
  });

  it.each(SETTING_KEYS)("%s has its words in both languages", (key) => {
    const { unit, options = [] }: SettingDefinition = SETTINGS[key];
    for (const { settings } of [en, ru]) {
      const has = (names: object, name: string) => Object.hasOwn(names, name);
      const two = has(settings.hint, `${key}_on`) && has(settings.hint, `${key}_off`);
      expect(has(settings.label, key)).toBe(true);
      expect(two || has(settings.hint, key) || key === "downsample_interval").toBe(true);
      if (unit && unit !== "count") expect(has(settings.unit, unit)).toBe(true);
      for (const option of options) expect(has(settings.choice, option) || has(settings.step, option)).toBe(true);
    }
  });

  it.each(Object.keys(SETTING_GROUPS))("the group %s has a name in both languages", (group) => {
    for (const { settings } of [en, ru]) {
      expect([settings.group, settings.groupMeta].every((names) => Object.hasOwn(names, group))).toBe(true);
    }
  });
});
