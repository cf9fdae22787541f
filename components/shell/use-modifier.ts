import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** What the key is called on this machine. */
export function useModifier(): string {
  return useSyncExternalStore(
    never,
    () => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl"),
    () => "Ctrl",
  );
}
