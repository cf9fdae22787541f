// An hour as the first versions wrote it, byte by byte, and the same hour in steps of five minutes.
import { HOUR_MS } from "../../lib/metrics/hour";

const MINUTES = 60;

/** ms since the start of the hour */
export const TIMES = Array.from({ length: MINUTES }, (_, i) => i * 60_000 + (i % 7));
const USAGE = TIMES.map((_, i) => ((i * 37) % 100) / 8);
const COUNT = TIMES.map((_, i) => (i === 10 ? Number.NaN : 1e6 + i * 1234));
/** A sample in every third minute. */
const THIRDS = TIMES.map((_, i) => (i % 3 === 0 ? i / 9 : null));

/** The series of the part by slot, from 1. */
export const SERIES = [
  { metric: "cpu.usage_percent", values: USAGE },
  { metric: "cpu.interrupts", values: COUNT },
  { metric: "cpu.steal_percent", values: THIRDS },
];

/** A row of sample_data. */
export const SAMPLES = {
  offs: [0, 20, 20, 67, 67, 214, 214, 289],
  data: Buffer.from(
    "EjwAAAEKY7BnAAEubjIoAMJUVRUSPAMAfQ5jEGGQkoIgdBqLEKoUAHrQQQcddNBBBx100EEHHXTQQQcddNBBBx10EBM8c2SAATs7BhKBHpx1" +
      "7RoDI2518ljEWrgkzbjkuSrFuG6/E/vJJcdtJsVZxy1mxSnH9V2Kz5JLrJpPkstMmu8/C7csOy+LNS+7LDdLLTuvNCsPe8OSN0tqlrxZEvPE" +
      "pWfPkzUpd5bkLPmzJGfJnZQ1T/akrHkSA5XP+RRmdK/omlHeJbOgf0Fml/KMrhUxjDAAABQLERQAAAMFY2DCBAATFGOwZ2BgYKhnQAFXDURZ" +
      "+X8xsfMyscsyMrMxMvMxMoQyhIb+X7Xqf+iq/yAGCNFE7N/q1f9CV/8DMUAIAA==",
    "base64",
  ),
};

/** A row of sample_reduced in steps of 300 s. */
export const STEPS = {
  offs: [
    0, 13, 13, 18, 18, 42, 42, 65, 65, 90, 90, 109, 109, 122, 122, 147, 147, 166, 166, 180, 166, 180, 180, 193, 193,
    239, 239, 278, 278, 315, 278, 315,
  ],
  data: Buffer.from(
    "EQwAAOCnEgVjYEIAABAMAAoAEQwDhMwCtRgOY+BkZWJiYmViYuVkBQAAEQwDAH0OYxDkZ+fl5Wfn5RfkBwBMMwYRDAPEkAF9DmMQ5Odl5+Xn" +
      "ZecX5AcATDMGEQwD4F3xBApjYGVlFWBlBZMAEhAMAAoBB2NgYGSAAQASDADo7eMECglj0HNyc2KAAAAajFuQW8YtEgwAgIl60gkJY+BkYmZi" +
      "gAAAABEMAJDWepowBWNgQgAAEAwABAEHY2BgZIAhABMMs2dgqGeAgqv6/D8kZURsjMyY7UL//2cIZWBYxcDwn4EMNnMYA8MqRsY/zAATDGOw" +
      "Z2CoZ4CCpwL8P7iYpJjYmPgZQhn+M6wCg/9ksP8xrAaDfwATDLNnYKhngIKrqqxfWXlZZZjZeRlDIYDh///QUHLZ//6FhgIA",
    "base64",
  ),
};

const finite = (values: readonly (number | null)[]) =>
  values.filter((value): value is number => value !== null && Number.isFinite(value));

/** n, sum, min, max and last of each series: 36 bytes each, one after another. */
export function aggregates(): Buffer[] {
  return SERIES.map(({ values }) => {
    const counted = finite(values);
    const bytes = Buffer.alloc(36);
    let at = bytes.writeUInt32BE(counted.length);
    const sum = counted.reduce((total, value) => total + value, 0);
    for (const value of [sum, Math.min(...counted), Math.max(...counted), counted.at(-1) ?? 0])
      at = bytes.writeDoubleBE(value, at);
    return bytes;
  });
}

/** What a chart of the whole hour shows of each series. */
export const averages = () =>
  SERIES.map(({ values }) => finite(values).reduce((total, value) => total + value, 0) / finite(values).length);

/** What stands for each five minutes of a series (by slot, from 0): their average, of a counter the last value. */
export function stepValues(slot: number): (number | null)[] {
  const { metric = "", values = [] } = SERIES[slot] ?? {};
  return Array.from({ length: MINUTES / 5 }, (_, step) => {
    const counted = finite(values.slice(step * 5, step * 5 + 5));
    if (counted.length === 0) return null;
    if (metric === "cpu.interrupts") return counted.at(-1) ?? null;
    return counted.reduce((total, value) => total + value, 0) / counted.length;
  });
}

/** The Monday of the week, and the first of the month: where hours lie. */
export function bounds(hour: number): { name: string; parent: string; from: number; to: number }[] {
  const monday = 96 + Math.floor((hour - 96) / 168) * 168;
  const date = new Date(hour * HOUR_MS);
  const month = (later: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) / HOUR_MS;
  const text = (at: number) => new Date(at * HOUR_MS).toISOString().slice(0, 10).replaceAll("-", "");
  return [
    { parent: "sample_data", name: `sample_data_${text(monday)}`, from: monday, to: monday + 168 },
    { parent: "sample_reduced", name: `sample_reduced_${text(monday)}`, from: monday, to: monday + 168 },
    { parent: "sample_hour", name: `sample_hour_${text(month(0)).slice(0, 6)}`, from: month(0), to: month(1) },
  ];
}
