// A TCP relay in front of a database that can fall silent without closing anything, as a host does that froze or vanished.
import net from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { provideEnv } from "../../lib/env";
import { startTestDatabase, TEST_ENVIRONMENT, type TestDatabase } from "./database";

export interface FrozenProxy {
  /** The database's address, through the relay. */
  url: string;
  /** From now on nothing passes, in either direction; connections stay open and new ones are accepted. */
  freeze(): void;
  /** What was held back passes, and all that follows. */
  thaw(): void;
  /** Connections that are open now. */
  connections(): number;
  stop(): Promise<void>;
}

/** Starts a relay on loopback to the server of `databaseUrl`. */
export async function startFrozenProxy(databaseUrl: string): Promise<FrozenProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<net.Socket>();
  let frozen = false;
  const server = net.createServer((near) => {
    const far = net.connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      if (frozen) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.href,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      frozen = false;
      for (const socket of sockets) socket.resume();
    },
    connections: () => sockets.size / 2,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Gives the lib modules a database behind a relay, a fresh one for each test; pools end with the test. */
export function useFrozenProxy(): { readonly proxy: FrozenProxy } {
  const shared = globalThis as { dozorPool?: { end(): Promise<void> } | undefined };
  let database: TestDatabase | undefined;
  let proxy: FrozenProxy | undefined;
  beforeAll(async () => {
    database = await startTestDatabase();
  });
  beforeEach(async () => {
    proxy = await startFrozenProxy(database?.url ?? "");
    provideEnv({ DATABASE_URL: proxy.url, ...TEST_ENVIRONMENT });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await proxy?.stop();
    await shared.dozorPool?.end();
    shared.dozorPool = undefined;
  });
  afterAll(() => database?.stop());
  return {
    get proxy() {
      if (!proxy) throw new Error("useFrozenProxy(): ask for the relay inside a test");
      return proxy;
    },
  };
}
