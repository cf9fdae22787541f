// TCP and UDP sockets of a Linux host by state.
import type { HostReader } from "../../probe";
import type { Reasons } from "../../reasons";
import { type Count, type NetworkReading, TCP_STATES, type TcpState } from "../readings";
import { remember, sparing } from "../remember";
import { countAfter, countsIn, lineStart } from "./scan";

/** Above this many sockets only what the kernel counts by itself is told: reading its tables would cost too much. */
export const MOST_SOCKETS = 20_000;
/** Over a connection: the kernel gives 4 KiB at a time, each a round trip. */
const MOST_SOCKETS_ELSEWHERE = 500;

type States = Record<TcpState, Count>;
type Sockets = Pick<NetworkReading, "tcp" | "udp" | "unavailable">;

/** @param snmp text of /proc/net/snmp */
export async function readSockets(host: HostReader, snmp: string): Promise<Sockets> {
  const four = parseSockstat((await host.text("/proc/net/sockstat")) ?? "", "");
  const six = parseSockstat((await host.text("/proc/net/sockstat6")) ?? "", "6");
  const open = (four.tcp ?? 0) + (six.tcp ?? 0) + (four.timeWait ?? 0);
  const tables: string[] = [];
  // The kernel walks its whole hash table for one socket, so a table known to be empty is left alone.
  if (four.tcp !== 0 || four.timeWait !== 0) tables.push("/proc/net/tcp");
  if (six.tcp !== 0 && six.tcp !== null) tables.push("/proc/net/tcp6");
  const most = host.once ? MOST_SOCKETS : MOST_SOCKETS_ELSEWHERE;
  const counted = open > most ? null : await countStates(host, tables.join(" "));
  const tcp = counted ? { ...counted } : unknownStates();
  const current = parseColumn(snmp, "Tcp", "CurrEstab");
  // The kernel's number holds the sockets in CLOSE_WAIT too (RFC 4022, tcpCurrEstab).
  if (current !== null) tcp.established = Math.max(0, current - (tcp.close_wait ?? 0));
  if (four.timeWait !== null) tcp.time_wait = four.timeWait;
  const udp = four.udp === null ? null : four.udp + (six.udp ?? 0);
  return { tcp, udp, unavailable: reasons(open, most, { counted: counted !== null, udp }) };
}

function reasons(open: number, most: number, found: { counted: boolean; udp: Count }): Reasons {
  const why: Reasons = {};
  if (open > most) {
    why["connections.tcp"] =
      `${open} TCP sockets are open; states are counted up to ${most}, above that only established (with close_wait) and time_wait are known`;
  } else if (!found.counted) why["connections.tcp"] = "/proc/net/tcp cannot be read";
  if (found.udp === null) why["connections.udp.count"] = "/proc/net/sockstat cannot be read";
  return why;
}

/** States in the named tables, or null where one cannot be read. A host with much memory has large tables, 2 ms each even when empty. */
const countStates = remember(async (host, paths: string): Promise<States | null> => {
  const states = noSockets();
  for (const path of paths.split(" ")) {
    if (path === "") continue;
    const text = await host.text(path);
    if (text === null) return null;
    addStates(states, text);
  }
  return states;
}, sparing);

/** Digits of a 64-bit number and the blank behind it. */
const LONGEST_NUMBER = 21;

/** Numbers of the states in include/net/tcp_states.h; 12 is a connection that is still being made. */
const STATE_NUMBERS: readonly (TcpState | undefined)[] = [undefined, ...TCP_STATES, "syn_recv"];

/** Adds the sockets of one /proc/net/tcp or tcp6 text; lines that are no socket are left out. */
export function addStates(states: States, text: string): void {
  let start = text.indexOf("\n") + 1;
  let end = text.indexOf("\n", start);
  while (start > 0 && end >= 0) {
    // "sl: local remote state": addresses have a fixed width, 8 digits or 32.
    const local = text.indexOf(": ", start) + 2;
    const width = text.indexOf(":", local) - local + 6;
    const state = STATE_NUMBERS[Number.parseInt(text.slice(local + 2 * width, local + 2 * width + 2), 16)];
    if (state && local > start && local + 2 * width + 2 < end) states[state] = (states[state] ?? 0) + 1;
    start = end + 1;
    end = text.indexOf("\n", start);
  }
}

/** @param suffix `6` for /proc/net/sockstat6 */
function parseSockstat(text: string, suffix: "" | "6"): { tcp: Count; timeWait: Count; udp: Count } {
  return {
    tcp: countAfter(text, `TCP${suffix}: inuse`),
    timeWait: wordAfter(text, "TCP: ", " tw "),
    udp: countAfter(text, `UDP${suffix}: inuse`),
  };
}

function wordAfter(text: string, label: string, word: string): Count {
  const start = lineStart(text, label);
  const end = start < 0 ? -1 : text.indexOf("\n", start);
  const at = end < 0 ? -1 : text.indexOf(word, start);
  return at < 0 || at > end ? null : (countsIn(text, at + word.length, end)[0] ?? null);
}

/** Where a column stands, by the line of names that it was last seen in; that line changes with the kernel only. */
const columns = new Map<string, { names: string; at: number }>();

/**
 * One number of /proc/net/snmp or netstat, where a line of names and a line of values share their first word.
 * Null where the column is missing.
 */
export function parseColumn(text: string, group: string, column: string): Count {
  const start = lineStart(text, `${group}: `);
  const namesEnd = start < 0 ? -1 : text.indexOf("\n", start);
  const end = namesEnd < 0 ? -1 : text.indexOf("\n", namesEnd + 1);
  if (end < 0 || !text.startsWith(`${group}: `, namesEnd + 1)) return null;
  const key = `${group}.${column}`;
  let known = columns.get(key);
  if (!known || known.names.length !== namesEnd - start || !text.startsWith(known.names, start)) {
    const names = text.slice(start, namesEnd);
    known = { names, at: names.split(" ").indexOf(column) };
    columns.set(key, known);
  }
  if (known.at < 1) return null;
  let at = namesEnd + 1;
  for (let word = 0; word < known.at && at > namesEnd; word++) at = text.indexOf(" ", at) + 1;
  return at > namesEnd && at < end ? (countsIn(text, at, Math.min(end, at + LONGEST_NUMBER))[0] ?? null) : null;
}

function noSockets(): States {
  return Object.fromEntries(TCP_STATES.map((state) => [state, 0])) as States;
}

function unknownStates(): States {
  return Object.fromEntries(TCP_STATES.map((state) => [state, null])) as States;
}
