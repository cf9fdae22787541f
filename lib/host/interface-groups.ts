// Which interfaces are kept one by one and which are summed: containers must not fill the history with their cards.
import type { InterfaceReading } from "./readings";

/** Interfaces a host keeps one by one. */
const MOST_INTERFACES = 64;

/** Cards that container and virtual machine runtimes make by the hundred; all of a family are one row, `veth*`. */
const FAMILY = /^(veth|cali|lxc|vnet|tap|fwbr|fwln|fwpr|gke|eni|cilium_lxc)(?=.)/;
const REST = "others*";

/** Row name → its interfaces, in the order of the machine; physical ones come first where there are too many. */
export function groupInterfaces(interfaces: readonly InterfaceReading[]): Map<string, InterfaceReading[]> {
  const single = interfaces.filter((one) => !familyOf(one.name));
  const kept = new Set(
    single.length <= MOST_INTERFACES ? single : [...single].sort(physicalFirst).slice(0, MOST_INTERFACES),
  );
  const groups = new Map<string, InterfaceReading[]>();
  for (const one of interfaces) {
    const name = familyOf(one.name) ?? (kept.has(one) ? one.name : REST);
    const members = groups.get(name);
    if (members) members.push(one);
    else groups.set(name, [one]);
  }
  return groups;
}

/** `veth*` for `veth3a1f`; undefined for an interface that is kept on its own. */
export function familyOf(name: string): string | undefined {
  const family = FAMILY.exec(name)?.[1];
  return family && `${family}*`;
}

function physicalFirst(a: InterfaceReading, b: InterfaceReading): number {
  return Number(b.physical) - Number(a.physical);
}
