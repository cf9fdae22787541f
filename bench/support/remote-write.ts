// Samples as Prometheus and VictoriaMetrics take them: https://prometheus.io/docs/concepts/remote_write_spec/
import type { SampleBatch } from "../../lib/metrics/write";

/** One request. Its samples keep their values when it is moved in time. */
export interface RemoteWrite {
  samples: number;
  /** The request's body; valid until the next call. Times are `shiftMs` later than they were written. */
  body(shiftMs: number): Buffer;
}

/** Bytes of a time in ms as a varint, from 1971 to 2109. */
const TIME_BYTES = 6;
const SAMPLE_BYTES = 1 + 1 + 1 + 8 + 1 + TIME_BYTES;

interface Points {
  labels: Buffer;
  times: number[];
  values: number[];
}

/** Encodes batches, series by series; labels are ours, `server` is `nameOf` the subject. */
export function encodeWrite(batches: readonly SampleBatch[], nameOf: (subject: number) => string): RemoteWrite {
  const series = [...bySeries(batches, nameOf).values()];
  const parts = series.map(({ labels, times }) => {
    const length = labels.length + times.length * SAMPLE_BYTES;
    return { head: Buffer.from([0x0a, ...varint(length)]), length };
  });
  const size = parts.reduce((sum, { head, length }) => sum + head.length + length, 0);
  const start = frameHead(size);
  const frame = Buffer.allocUnsafe(start.length + size);
  const samples = series.reduce((sum, { times }) => sum + times.length, 0);
  // Typed, since many writes are kept to be repeated: objects would keep the garbage collector busy.
  const places = { at: new Uint32Array(samples), time: new Float64Array(samples) };
  let place = 0;
  let at = start.copy(frame);
  series.forEach(({ labels, times, values }, i) => {
    at += parts[i]?.head.copy(frame, at) ?? 0;
    at += labels.copy(frame, at);
    times.forEach((time, k) => {
      frame.writeUInt16BE(0x1200 + SAMPLE_BYTES - 2, at);
      frame[at + 2] = 0x09;
      frame.writeDoubleLE(values[k] ?? Number.NaN, at + 3);
      frame[at + 11] = 0x10;
      places.at[place] = at + 12;
      places.time[place++] = time;
      at += SAMPLE_BYTES;
    });
  });
  return {
    samples,
    body(shiftMs) {
      for (let i = 0; i < samples; i++) putTime(frame, places.at[i] ?? 0, (places.time[i] ?? 0) + shiftMs);
      return frame;
    },
  };
}

/** Snappy without compression: the length, then one literal (https://github.com/google/snappy/blob/main/format_description.txt). */
function frameHead(size: number): Buffer {
  const literal = Buffer.alloc(5, 0xfc);
  literal.writeUInt32LE(size - 1, 1);
  return Buffer.concat([Buffer.from(varint(size)), literal]);
}

/** Labels of every series met so far, encoded. */
const known = new Map<string, Buffer>();

function bySeries(batches: readonly SampleBatch[], nameOf: (subject: number) => string): Map<string, Points> {
  const found = new Map<string, Points>();
  for (const { subject, probe, ts, rows } of batches) {
    for (const { labels, values } of rows) {
      const owner = `${subject} ${probe} ${Object.values(labels).join("\0")} `;
      for (const metric in values) {
        const value = values[metric];
        if (value === null || value === undefined) continue;
        const key = owner + metric;
        const points = found.get(key);
        if (points) {
          points.times.push(ts);
          points.values.push(value);
          continue;
        }
        const bytes =
          known.get(key) ??
          labelBytes({ ...labels, __name__: peerName(`${probe}.${metric}`), server: nameOf(subject) });
        known.set(key, bytes);
        found.set(key, { labels: bytes, times: [ts], values: [value] });
      }
    }
  }
  return found;
}

/** `cpu.usage_percent` as Prometheus may call it. */
export const peerName = (metric: string): string => metric.replace(/[^A-Za-z0-9_]/g, "_");

function labelBytes(labels: Record<string, string>): Buffer {
  const names = Object.keys(labels).sort();
  return Buffer.concat(names.map((name) => labelPair(name, labels[name] ?? "")));
}

function labelPair(name: string, value: string): Buffer {
  const body = Buffer.concat([textField(0x0a, name), textField(0x12, value)]);
  return Buffer.concat([Buffer.from([0x0a, ...varint(body.length)]), body]);
}

function textField(tag: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([tag, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function putTime(frame: Buffer, at: number, time: number): void {
  let rest = time;
  for (let i = 0; i < TIME_BYTES; i++) {
    frame[at + i] = (rest % 128) + (i < TIME_BYTES - 1 ? 128 : 0);
    rest = Math.floor(rest / 128);
  }
}
