// Ends the work on our database between any two of its statements.
import type { Socket } from "node:net";
import pg from "pg";

type Query = (this: pg.Client, ...args: unknown[]) => unknown;
type Callback = (error: Error | null, result?: unknown) => void;

const prototype = pg.Client.prototype as unknown as { query: Query };

const cut = (client: pg.Client): Error => {
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  return new Error("The connection was cut");
};

/**
 * Runs `work` and cuts the connection when statement number `at` (from 1) is done, before its answer is heard: what it
 * did may be there or be undone, and the next one never comes.
 * @returns whether there were that many statements
 */
export async function withCut(work: () => Promise<unknown>, at: number): Promise<boolean> {
  const { query } = prototype;
  let count = 0;
  prototype.query = function (...args) {
    if (++count !== at) return query.apply(this, args);
    const last = args.at(-1);
    if (typeof last === "function") {
      const answer: Callback = () => (last as Callback)(cut(this));
      return query.apply(this, [...args.slice(0, -1), answer]);
    }
    const answer = query.apply(this, args);
    if (answer instanceof Promise)
      return answer.then(() => {
        throw cut(this);
      });
    // A query of its own kind (COPY) has its own way of answering: it never does.
    cut(this);
    return answer;
  };
  try {
    await work().catch(() => {});
  } finally {
    prototype.query = query;
  }
  return count >= at;
}

/** Ends this process without a word at statement number `at`, when it is sent and nobody knows how far it gets. */
export function dieAt(at: number): void {
  const { query } = prototype;
  let count = 0;
  prototype.query = function (...args) {
    if (++count === at) setImmediate(() => process.kill(process.pid, "SIGKILL"));
    return query.apply(this, args);
  };
}
