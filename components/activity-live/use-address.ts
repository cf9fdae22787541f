import { usePathname, useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { type ActivityQuery, changedAddress, readQuery } from "./address";

/** What the address asks for, and a way to change it that asks nobody: all of it is done in the browser. */
export function useAddress(): [query: ActivityQuery, change: (changes: Partial<ActivityQuery>) => void] {
  const path = usePathname();
  const parameters = useSearchParams();
  const query = useMemo(() => readQuery(new URLSearchParams(parameters)), [parameters]);
  const change = useMemo(
    () => (changes: Partial<ActivityQuery>) => {
      // The address as it is by then: another change may have come meanwhile.
      const next = changedAddress(new URLSearchParams(window.location.search), changes);
      window.history.replaceState(null, "", next ? `${path}?${next}` : path);
    },
    [path],
  );
  return [query, change];
}
