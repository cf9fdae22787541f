// A TCP relay in front of a PostgreSQL that misbehaves as told: each way in which watched servers are away.
import { once } from "node:events";
import net, { type AddressInfo, type Server, type Socket } from "node:net";

/** `refuse`: nobody listens. `silent`: accepts and says nothing more. `drop`: hangs up. `slow`: each answer comes late. */
export type Manner = "well" | "refuse" | "silent" | "drop" | "slow";

const SLOW_MS = 700;

export interface FaultyRelay {
  /** The address behind it, through the relay. */
  url: string;
  behave(manner: Manner): Promise<void>;
  stop(): Promise<void>;
}

export async function startFaultyRelay(behind: string, first: Manner = "well"): Promise<FaultyRelay> {
  const target = new URL(behind);
  const sockets = new Set<Socket>();
  let manner: Manner = "well";

  function pass(from: Socket, to: Socket): void {
    from.on("data", (bytes: Buffer) => {
      if (manner === "silent") return;
      if (manner === "slow" && from !== to) setTimeout(() => to.write(bytes), SLOW_MS);
      else to.write(bytes);
    });
    from.on("error", () => to.destroy());
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
  }
  const relay: Server = net.createServer((near) => {
    sockets.add(near);
    near.on("error", () => {});
    if (manner === "drop") return near.destroy();
    if (manner === "silent") return near.resume();
    const far = net.connect(Number(target.port), target.hostname);
    sockets.add(far);
    pass(near, far);
    far.on("error", () => near.destroy());
    pass(far, near);
  });
  const listen = async (port: number) => {
    relay.listen(port, "127.0.0.1");
    await once(relay, "listening");
  };
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  await listen(0);
  const { port } = relay.address() as AddressInfo;
  const url = new URL(behind);
  url.hostname = "127.0.0.1";
  url.port = String(port);

  async function behave(next: Manner): Promise<void> {
    const before = manner;
    manner = next;
    if (next === "refuse" && relay.listening) {
      relay.close();
      hangUp();
    } else if (next !== "refuse" && !relay.listening) {
      await listen(port);
    }
    // What was swallowed in silence would be missing for ever.
    if (next === "drop" || before === "silent") hangUp();
  }
  await behave(first);
  return {
    url: url.href,
    behave,
    async stop() {
      hangUp();
      if (relay.listening) relay.close();
    },
  };
}
