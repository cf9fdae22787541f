// Interfaces and sockets of a Linux host.
import type { HostReader } from "../../probe";
import { familyOf } from "../interface-groups";
import type { InterfaceReading, NetworkReading } from "../readings";
import { halfMinute, remember } from "../remember";
import { requiredText } from "./required";
import { countsIn, eachLine, singleCount, singleLine } from "./scan";
import { parseColumn, readSockets } from "./sockets";

const SYS_NET = "/sys/class/net";
/** Interfaces whose cards are looked at. */
const MOST_CARDS = 512;
/** Names of the kernel have 15 characters at most (IFNAMSIZ), and in some files an alias behind them. */
const LONGEST_NAME = 64;

/** @throws ProbeError `read` without /proc/net/dev */
export async function readNetwork(host: HostReader): Promise<NetworkReading> {
  const interfaces = parseInterfaces(await requiredText(host, "/proc/net/dev"));
  const own = interfaces.filter((one) => familyOf(one.name) === undefined).slice(0, MOST_CARDS);
  const cards = await cardsOf(host, own.map((one) => one.name).join("/"));
  const states = await Promise.all(own.map((one) => host.text(`${SYS_NET}/${one.name}/operstate`)));
  for (const [index, one] of own.entries()) {
    const card = cards.get(one.name);
    one.up = toUp(singleLine(states[index] ?? null));
    one.speedMbps = one.up ? (card?.speedMbps ?? null) : null;
    one.physical = card?.physical ?? false;
  }
  const snmp = (await host.text("/proc/net/snmp")) ?? "";
  const netstat = (await host.text("/proc/net/netstat")) ?? "";
  return {
    interfaces,
    ...(await readSockets(host, snmp)),
    retransmits: parseColumn(snmp, "Tcp", "RetransSegs"),
    listenOverflows: parseColumn(netstat, "TcpExt", "ListenOverflows"),
  };
}

/** /proc/net/dev, see proc_net(5); never throws, lines that are no interface are left out. */
export function parseInterfaces(text: string): InterfaceReading[] {
  const interfaces: InterfaceReading[] = [];
  eachLine(text, (start, end) => {
    const colon = text.lastIndexOf(":", end);
    if (colon <= start) return;
    const counts = countsIn(text, colon + 1, end);
    const name = text.slice(start, colon).trim();
    if (counts.length < 12 || name === "" || name.length > LONGEST_NAME) return;
    const at = (index: number) => counts[index] ?? null;
    interfaces.push({
      name,
      bytesRecv: at(0),
      packetsRecv: at(1),
      errorsIn: at(2),
      dropsIn: at(3),
      bytesSent: at(8),
      packetsSent: at(9),
      errorsOut: at(10),
      dropsOut: at(11),
      up: null,
      speedMbps: null,
      physical: false,
    });
  });
  return interfaces;
}

/** What hardly changes: asking a card for its speed takes a lock of the kernel. Names are joined by `/`, which none holds. */
const cardsOf = remember(async (host, names: string) => {
  const cardOf = async (name: string) => {
    const path = `${SYS_NET}/${name}`;
    const [speed, entries] = await Promise.all([host.text(`${path}/speed`), host.list(path)]);
    return [name, { speedMbps: singleCount(speed), physical: entries.includes("device") }] as const;
  };
  return new Map(await Promise.all(names.split("/").map(cardOf)));
}, halfMinute);

/** `unknown` is what loopback and tunnels say while they are up (kernel documentation, operstates). */
function toUp(state: string | null): boolean | null {
  return state === null || state === "" ? null : state === "up" || state === "unknown";
}
