// Whether a host is this machine: what a server elsewhere says of its files says nothing of ours.
import { hostname, networkInterfaces } from "node:os";

/** A socket's directory, the loopback, this machine's own name, or an address of its own. */
export function isThisMachine(host: string): boolean {
  if (host.startsWith("/") || /^(localhost\.?|127(\.\d{1,3}){3}|::1)$/i.test(host)) return true;
  if (host.toLowerCase() === hostname().toLowerCase()) return true;
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === host));
}
