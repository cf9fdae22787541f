// What was collected of all servers, under the exporters' names: one family's samples together, as the format wants, though
// servers are read a few at a time. Kept meanwhile are numbers and texts of labels, a hundredth of what is read and written.
import { SERVER_STATUSES } from "../fleet/schema";
import { type Exposed, type Family, type LabelText, labelText, type Sample } from "./format";
import { FLEET_FAMILIES, type FleetName } from "./names";
import { type NewestOfServer, newestOfServers } from "./newest";
import { addMachine } from "./node";
import { addPostgres } from "./postgres";

/** Adds a sample; `null` is none, and so is every name that no family has. */
export type Add = (name: FleetName | (string & {}), labels: LabelText, value: number | null | undefined) => void;

interface Column {
  labels: LabelText[];
  values: number[];
  cut: number;
}

/**
 * Told of one server, about, in characters: ten times what 500 databases need. One that makes names up could otherwise tell so
 * much that no scrape ends in time, and nobody would know of the others.
 */
const MOST_OF_ONE = 4 * 1024 * 1024;
/** Of a value and what is around it. */
const VALUE_CHARACTERS = 10;

/** Families of all servers; those of which nothing is known are left out. */
export async function fleetFamilies(now: Date): Promise<Exposed[]> {
  const columns = new Map<string, Column>(FLEET_FAMILIES.map(({ name }) => [name, { labels: [], values: [], cut: 0 }]));
  let room = MOST_OF_ONE;
  const add: Add = (name, labels, value) => {
    const column = value == null ? undefined : columns.get(name);
    if (value == null || !column) return;
    room -= name.length + labels.text.length + VALUE_CHARACTERS;
    if (room < 0) {
      column.cut += 1;
      return;
    }
    column.labels.push(labels);
    column.values.push(value);
  };
  for await (const server of newestOfServers(now)) {
    room = MOST_OF_ONE;
    addStatus(add, server);
    addMachine(add, server);
    addPostgres(add, server, +now);
  }
  return FLEET_FAMILIES.flatMap((family) => toExposed(family, columns.get(family.name)));
}

function toExposed(family: Family, column: Column | undefined): Exposed[] {
  if (!column || column.values.length + column.cut === 0) return [];
  return [{ ...family, samples: samplesOf(column), cut: column.cut }];
}

function* samplesOf({ labels, values }: Column): Generator<Sample, void, void> {
  for (let i = 0; i < values.length; i++) {
    const [text, value] = [labels[i], values[i]];
    if (text !== undefined && value !== undefined) yield { labels: text, value };
  }
}

function addStatus(add: Add, { name: server, status, runs }: NewestOfServer): void {
  if (status !== "paused" && status !== "unknown")
    add("dozor_server_up", labelText({ server }), Number(status !== "down"));
  for (const one of SERVER_STATUSES)
    add("dozor_server_status", labelText({ server, status: one }), Number(one === status));
  for (const { probe, lastSuccessAt } of runs) {
    const at = lastSuccessAt === null ? null : lastSuccessAt / 1_000;
    add("dozor_probe_last_success_timestamp_seconds", labelText({ server, probe }), at);
  }
}
