// HTTP to addresses that people type in: no redirects, a limit of time, and never to what only this machine itself may ask.
import { lookup as lookUp } from "node:dns";
import { type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Link-local addresses, and the others under which clouds give a machine its secrets. */
const CLOSED = new BlockList();
CLOSED.addSubnet("169.254.0.0", 16, "ipv4");
CLOSED.addAddress("100.100.100.200", "ipv4");
CLOSED.addSubnet("fe80::", 10, "ipv6");
CLOSED.addAddress("fd00:ec2::254", "ipv6");
CLOSED.addAddress("fd20:ce::254", "ipv6");
/** IPv4 as IPv6 networks translate it. */
CLOSED.addSubnet("64:ff9b::a9fe:0", 112, "ipv6");

export class ClosedAddressError extends Error {
  constructor() {
    super("Addresses for one machine alone, as of a cloud's metadata, are not asked.");
  }
}

/** Whether an IP address is one that nobody may have asked. */
function isClosed(address: string): boolean {
  const [plain = ""] = address.split("%", 1);
  return CLOSED.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}

/** What a name means is looked at when it is connected to: it may have meant something else a moment ago. */
const openLookup: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, found) => {
    const [first] = found ?? [];
    if (error || !first) return callback(error, []);
    if (found.some(({ address }) => isClosed(address))) return callback(new ClosedAddressError(), []);
    if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

interface Outgoing extends Pick<RequestOptions, "method" | "headers" | "auth"> {
  body?: string;
  /** Ends it, wherever it is. */
  signal: AbortSignal;
}

/**
 * Sends one request over a connection of its own.
 * @returns the head of the answer; its body is to be read or destroyed
 * @throws ClosedAddressError, and what `node:http` throws
 */
export async function sendRequest(url: URL, { body, ...options }: Outgoing): Promise<IncomingMessage> {
  // An address is connected to without being looked up.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && isClosed(host)) throw new ClosedAddressError();
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, agent: false, lookup: openLookup });
    asked.on("error", reject);
    asked.once("response", resolve);
    asked.end(body);
  });
}
