// Whether Next serves alone (`next start`, a serverless host), without server.ts before it: then there are no sockets, and
// nobody writes down who is at the other end of a connection.

// Pages, instrumentation and our server each have a copy of this module in one process.
const shared = globalThis as { dozorExclusive?: boolean; dozorPlainNext?: boolean };

/** Called when Next starts; server.ts has said by then whether it is alone on its database. */
export function notePlainNext(): void {
  shared.dozorPlainNext = shared.dozorExclusive === undefined;
}

export const isPlainNext = (): boolean => shared.dozorPlainNext === true;
