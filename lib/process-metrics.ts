// What this process counts of itself: the exposition tells it.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { VERSION } from "./version";

type Metrics = ReturnType<typeof createMetrics>;

// Pages, routes and our server each have a copy of this module in one process; the counters must be one.
const shared = globalThis as { dozorProcessMetrics?: Metrics; dozorDefaultMetrics?: boolean };

const MOST_QUEUE_SERIES = 60_000;

/** The counters of this process, made at first use. */
export function processMetrics(): Metrics {
  shared.dozorProcessMetrics ??= createMetrics();
  return shared.dozorProcessMetrics;
}

/** What Node tells of itself (CPU, memory, event loop, garbage) is measured from the first time that somebody asks. */
export function measureProcess(): void {
  if (shared.dozorDefaultMetrics) return;
  shared.dozorDefaultMetrics = true;
  collectDefaultMetrics({ register: processMetrics().registry });
}

/** Counts one question of the collector. @param reason code of its failure, if it failed */
export function countRun({ probe, seconds, reason }: { probe: string; seconds: number; reason: string | null }): void {
  const { runSeconds, runFailures } = processMetrics();
  runSeconds.observe({ probe }, seconds);
  if (reason !== null) runFailures.inc({ probe, reason });
}

/** Counts what was done to the queue of a channel; not of ever more channels that are deleted again. */
export function countQueueOperation(channelId: string, operation: string): void {
  const { queueOperations, queueSeries } = processMetrics();
  const key = `${operation}:${channelId}`;
  if (!queueSeries.has(key) && queueSeries.size >= MOST_QUEUE_SERIES) return;
  queueSeries.add(key);
  queueOperations.inc({ channel_id: channelId, operation });
}

/** Counts a message over a live connection. */
export function countMessage(direction: "received" | "sent", type: string): void {
  processMetrics().messages.inc({ direction, type });
}

function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: "dozor_build_info",
    help: "Version of Dozor; always 1",
    labelNames: ["version"],
    registers,
  }).set({ version: VERSION }, 1);
  return {
    registry,
    requests: new Counter({
      name: "dozor_http_requests_total",
      help: "Answered HTTP requests",
      labelNames: ["method", "endpoint", "status"] as const,
      registers,
    }),
    requestSeconds: new Histogram({
      name: "dozor_http_request_duration_seconds",
      help: "Time to answer an HTTP request",
      labelNames: ["method", "endpoint"] as const,
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    runSeconds: new Histogram({
      name: "dozor_collector_run_duration_seconds",
      help: "Time that one question of the collector took, whatever became of it",
      labelNames: ["probe"] as const,
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60],
      registers,
    }),
    runFailures: new Counter({
      name: "dozor_collector_run_failures_total",
      help: "Questions of the collector that failed",
      labelNames: ["probe", "reason"] as const,
      registers,
    }),
    webSockets: new Gauge({
      name: "dozor_websocket_connections",
      help: "Open live connections",
      registers,
    }),
    messages: new Counter({
      name: "dozor_websocket_messages_total",
      help: "Messages over live connections, received and sent",
      labelNames: ["direction", "type"] as const,
      registers,
    }),
    queueOperations: new Counter({
      name: "dozor_queue_operations_total",
      help: "What was done to the queues of channels, as this process was told",
      labelNames: ["channel_id", "operation"] as const,
      registers,
    }),
    queueSeries: new Set<string>(),
  };
}
