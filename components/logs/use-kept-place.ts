import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Keeps what is read where it is when rows come in above it: most browsers anchor scrolling themselves, for the others the
 * page is moved by what it has grown.
 * @param newest changes when rows came in
 */
export function useKeptPlace(list: RefObject<HTMLElement | null>, newest: number | undefined): void {
  const height = useRef<number | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has grown is measured when the newest row is another one.
  useLayoutEffect(() => {
    const now = list.current?.offsetHeight;
    const before = height.current;
    height.current = now;
    if (now === undefined || before === undefined || window.scrollY === 0) return;
    if (typeof CSS !== "undefined" && CSS.supports("overflow-anchor", "auto")) return;
    window.scrollBy(0, now - before);
  }, [list, newest]);
}
