// `next/navigation` in a browser without Next.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let search: string | null = null;
let parameters = new URLSearchParams();

function parametersNow(): URLSearchParams {
  if (search !== window.location.search) {
    search = window.location.search;
    parameters = new URLSearchParams(search);
  }
  return parameters;
}

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** In the place of `next/navigation`. As with Next, what is written to the address is told to whoever reads it. */
export const navigation = {
  usePathname: () => window.location.pathname,
  useRouter: () => ({ replace: () => {} }),
  useSearchParams: () => useSyncExternalStore(listen, parametersNow),
};

const replaceState = window.history.replaceState.bind(window.history);

/** Goes to an address of the page. As with Next, what is written to the address from then on is told to whoever reads it. */
export function goTo(query: string): void {
  replaceState(null, "", `/servers/orders%2F1/activity${query}`);
  window.history.replaceState = (...state) => {
    replaceState(...state);
    for (const tell of listeners) tell();
  };
}
