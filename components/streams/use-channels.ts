import type { Channel } from "@/lib/streams/schema";
import { NO_STREAMS } from "../live/stream-state";
import { useMonitoringWebSocket } from "../live/use-monitoring-web-socket";

/** All channels as they are now; those that the page was made with until the live feed tells them. */
export function useChannels(initial: readonly Channel[]): readonly Channel[] {
  const { streams } = useMonitoringWebSocket();
  return streams === NO_STREAMS.channels ? initial : streams;
}

/** The same of one channel. Null once it is deleted. */
export function useChannel(initial: Channel): Channel | null {
  const { streams } = useMonitoringWebSocket();
  if (streams === NO_STREAMS.channels) return initial;
  return streams.find(({ channel_id }) => channel_id === initial.channel_id) ?? null;
}
