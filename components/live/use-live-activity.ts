"use client";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { type ActivityState, NO_ACTIVITY } from "./activity-state";
import { useLiveClient } from "./live-provider";

/** The newest events, which are followed while the component is mounted. */
export function useLiveActivity(): ActivityState {
  const client = useLiveClient();
  useEffect(() => client.subscribe("activity"), [client]);
  return useSyncExternalStore(
    useCallback((listener) => client.onChange(listener), [client]),
    () => client.state.activity,
    () => NO_ACTIVITY,
  );
}
