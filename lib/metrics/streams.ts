// What is sampled of live streams: the series of each channel, and those of all together, which are Dozor's own.
import type { MetricDefinition } from "../probe";

/** The series of a channel, `stream.<name>`. */
export const CHANNEL_PROBE = "stream";
/** The series of subject 1, `streams.<name>`. */
export const CHANNELS_PROBE = "streams";

const gauge = (unit: MetricDefinition["unit"], help: string): MetricDefinition => ({ kind: "gauge", unit, help });

/** No sample while a channel is unknown. */
export const channelMetrics: Record<string, MetricDefinition> = {
  listeners: gauge("count", "Who listens to the channel, the streamer itself not counted"),
  queue_size: gauge("count", "Tracks that wait to be played"),
  on_air: gauge("boolean", "Whether the channel sends, be it only a placeholder"),
  bitrate: gauge("count", "Kilobits per second that the channel sends"),
};

export const channelsMetrics: Record<string, MetricDefinition> = {
  active: gauge("count", "Channels on air"),
  listeners: gauge("count", "Who listens, on all channels together"),
  queue_items: gauge("count", "Tracks that wait to be played, on all channels together"),
};
