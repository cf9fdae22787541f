// Processes full of live clients, as one.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Order, Report } from "./live-clients";

export interface Crowd {
  /** What came since the last time. */
  report(): Promise<Report>;
  end(): Promise<void>;
}

interface Wanted {
  address: string;
  token: string;
  clients: number;
  processes: number;
  /** How many of the first process's clients do not read. */
  stopsReading?: number;
}

/** Opens that many clients, and waits until each has been told everything. */
export async function openCrowd({ address, token, clients, processes, stopsReading = 0 }: Wanted): Promise<Crowd> {
  const children = Array.from({ length: processes }, () =>
    fork(join(import.meta.dirname, "live-clients.ts"), { execArgv: ["--import", "tsx"] }),
  );
  const kill = () => {
    for (const child of children) child.kill("SIGKILL");
  };
  process.once("exit", kill);
  const count = clients / processes;
  await Promise.all(
    children.map((child, number) => {
      send(child, { do: "open", address, token, count, stopsReading: number === 0 ? stopsReading : 0 });
      return answer(child);
    }),
  );
  return {
    async report() {
      const reports = await Promise.all(
        children.map((child) => {
          send(child, { do: "report" });
          return answer(child) as Promise<Report>;
        }),
      );
      return reports.reduce(added);
    },
    async end() {
      process.removeListener("exit", kill);
      await Promise.all(
        children.map((child) => {
          send(child, { do: "end" });
          return once(child, "exit");
        }),
      );
    },
  };
}

const send = (child: ChildProcess, order: Order) => child.send(order);

async function answer(child: ChildProcess): Promise<unknown> {
  const gone = once(child, "exit").then(() => {
    throw new Error("a process of clients has ended");
  });
  const [message] = (await Promise.race([once(child, "message"), gone])) as unknown[];
  return message;
}

function added(one: Report, other: Report): Report {
  return {
    open: one.open + other.open,
    lost: one.lost + other.lost,
    messages: one.messages + other.messages,
    gaps: one.gaps + other.gaps,
    lagging: one.lagging + other.lagging,
    stats: [...one.stats, ...other.stats],
    updates: [...one.updates, ...other.updates],
    fewestStats: Math.min(one.fewestStats, other.fewestStats),
  };
}
