import { useEffect, useEffectEvent, useRef } from "react";
import { type Command, interpret, type Pending } from "./shortcuts";

/** Listens on the whole page; a key that means a command does nothing else. */
export function useShortcuts(run: (command: Command) => void): void {
  const pending = useRef<Pending>(null);
  const onPress = useEffectEvent((event: KeyboardEvent) => {
    const result = interpret(
      {
        key: event.key,
        code: event.code,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        altKey: event.altKey,
        typing: isField(event.target),
        at: event.timeStamp,
      },
      pending.current,
    );
    pending.current = result.pending;
    if (!result.command) return;
    event.preventDefault();
    run(result.command);
  });
  useEffect(() => {
    document.addEventListener("keydown", onPress);
    return () => document.removeEventListener("keydown", onPress);
  }, []);
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
