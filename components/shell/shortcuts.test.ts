import { describe, expect, it } from "vitest";
import { interpret, type KeyPress } from "./shortcuts";

const press = (code: string, extra: Partial<KeyPress> = {}): KeyPress => ({
  key: code.replace("Key", "").toLowerCase(),
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  typing: false,
  at: 1_000,
  ...extra,
});

describe("interpret", () => {
  it.each([
    ["Ctrl+K", press("KeyK", { ctrlKey: true }), { type: "palette" }],
    ["Cmd+K in a field", press("KeyK", { metaKey: true, typing: true }), { type: "palette" }],
    ["Ctrl+B", press("KeyB", { ctrlKey: true }), { type: "sidebar" }],
    ["?", press("Slash", { key: "?" }), { type: "help" }],
    ["/", press("Slash", { key: "/" }), { type: "search" }],
    ["/ in a field", press("Slash", { key: "/", typing: true }), undefined],
    ["Ctrl+Alt+K is AltGr", press("KeyK", { ctrlKey: true, altKey: true }), undefined],
    ["a plain letter", press("KeyO"), undefined],
  ])("%s", (_name, given, expected) => {
    expect(interpret(given, null).command).toEqual(expected);
  });

  it("goes to a page with g and its letter, in a Cyrillic layout too", () => {
    const { pending } = interpret(press("KeyG", { key: "п" }), null);
    expect(interpret(press("KeyS", { key: "ы", at: 1_400 }), pending).command).toEqual({
      type: "go",
      href: "/servers",
    });
    expect(interpret(press("KeyO", { at: 1_400 }), pending).command).toEqual({ type: "go", href: "/" });
  });

  it("forgets g after a while and after another key", () => {
    const { pending } = interpret(press("KeyG"), null);
    expect(interpret(press("KeyS", { at: 9_000 }), pending).command).toBeUndefined();
    expect(interpret(press("KeyX", { at: 1_100 }), pending).pending).toBeNull();
  });
});
