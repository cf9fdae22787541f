import { BlockList, isIP } from "node:net";

export interface AddressEvidence {
  /** Address of the socket's other end. */
  remote: string | null;
  /** The `X-Forwarded-For` header as it came. */
  forwardedFor: string | null;
  /** Addresses and networks of our own proxies (`TRUSTED_PROXIES`). */
  trusted: readonly string[];
}

/**
 * The client's address: the nearest one that is none of our proxies, read from the socket outwards.
 * What stands further out in the header was written by strangers and counts for nothing. Pure.
 */
export function clientAddress({ remote, forwardedFor, trusted }: AddressEvidence): string | null {
  let address = plainAddress(remote ?? "");
  const hops = trusted.length > 0 ? (forwardedFor ?? "").split(",") : [];
  while (address && isOurs(trusted, address) && hops.length > 0) {
    const further = plainAddress(hops.pop() ?? "");
    if (!further) break;
    address = further;
  }
  return address;
}

/** Whether the socket's other end is one of our proxies, so that its `X-Forwarded-*` headers may be believed. Pure. */
export function isTrustedProxy(remote: string | null, trusted: readonly string[]): boolean {
  const address = trusted.length > 0 ? plainAddress(remote ?? "") : null;
  return address !== null && isOurs(trusted, address);
}

/** An address in its one spelling, without brackets, port, zone and IPv4-in-IPv6 mapping; null where it is none. */
function plainAddress(text: string): string | null {
  const trimmed = text.trim();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1];
  const withoutPort = bracketed ?? trimmed.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
  const address = withoutPort.replace(/%.*$/, "");
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : null;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return mappedIpv4(canonical) ?? canonical;
}

/** The IPv4 address that `::ffff:c633:6407` stands for; null for any other address. */
function mappedIpv4(canonical: string): string | null {
  const words = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical)?.slice(1) ?? [];
  const bytes = words.flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 0xff]);
  return bytes.length > 0 ? bytes.join(".") : null;
}

const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

// Asked of every request: the list is made once, and most have no proxies to look for.
const lists = new WeakMap<readonly string[], BlockList>();

function isOurs(trusted: readonly string[], address: string): boolean {
  if (trusted.length === 0) return false;
  const list = lists.get(trusted) ?? blockList(trusted);
  lists.set(trusted, list);
  return list.check(address, family(address));
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    if (prefix === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(prefix), family(address));
  }
  return list;
}
