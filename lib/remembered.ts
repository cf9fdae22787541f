// Answers of our database that are asked for again and again, remembered for seconds, and only while the database can tell
// of changes: a notification drops what it is about at once.
import { listen } from "./db";

interface Options {
  /** Where changes are told; the payload names what an answer is `about`. */
  channel: string;
  maxAgeMs: number;
  /** Answers at most; the oldest one goes first. */
  most: number;
}

interface Known<Value> {
  value: Value;
  about: string;
  /** On the process's own clock. */
  at: number;
}

interface Asked<Value> {
  answer: Promise<Answer<Value> | null>;
  /** Changes heard of when it was asked. */
  changes: number;
  at: number;
}

/** An answer, and what it is about: a notification with that payload means that it may hold no longer. */
export interface Answer<Value> {
  value: Value;
  about: string;
}

export class Remembered<Value> {
  private readonly known = new Map<string, Known<Value>>();
  /** Questions under way: many who want the same at once cost as much as one. */
  private readonly asked = new Map<string, Asked<Value>>();
  /** Grows with each change that was heard of: an answer to a question from before is not kept. */
  private changes = 0;

  constructor(private readonly options: Options) {}

  /** The answer known for `key`, or what `ask` gives; null is not remembered. */
  async get(key: string, ask: () => Promise<Answer<Value> | null>): Promise<Value | null> {
    const before = this.known.get(key);
    if (before && isHeard() && this.isYoung(before)) return before.value;
    const { changes } = this;
    const under = this.asked.get(key);
    const isGood = under && isHeard() && under.changes === changes && this.isYoung(under);
    return (await (isGood ? under.answer : this.ask(key, ask)))?.value ?? null;
  }

  private isYoung = ({ at }: { at: number }): boolean => performance.now() - at <= this.options.maxAgeMs;

  private async ask(key: string, ask: () => Promise<Answer<Value> | null>): Promise<Answer<Value> | null> {
    // Its age counts from the question: what it says may have changed since.
    const asked = { changes: this.changes, at: performance.now(), answer: ask() };
    this.asked.set(key, asked);
    try {
      const answer = await asked.answer;
      if (answer && isHeard() && asked.changes === this.changes) this.put(key, { ...answer, at: asked.at });
      return answer;
    } finally {
      if (this.asked.get(key) === asked) this.asked.delete(key);
    }
  }

  get size(): number {
    return this.known.size;
  }

  /** Something changed: one subject of answers, or anything. */
  drop(channel?: string, about?: string): void {
    if (channel !== undefined && channel !== this.options.channel) return;
    this.changes += 1;
    for (const [key, one] of this.known) if (about === undefined || one.about === about) this.known.delete(key);
  }

  private put(key: string, known: Known<Value>): void {
    this.known.delete(key);
    this.known.set(key, known);
    for (const [oldest] of this.known) {
      if (this.known.size <= this.options.most) break;
      this.known.delete(oldest);
    }
  }
}

/** Is told of changes: on a channel, or without one that some may have been missed. */
interface Hearer {
  drop(channel?: string, about?: string): void;
}

interface Shared {
  heard: boolean;
  all: Map<string, Remembered<unknown>>;
  others: Map<string, Hearer>;
}

// Pages and our server have a copy of this module each in one process; what one hears of, all must know.
const shared = globalThis as { dozorRemembered?: Shared };
shared.dozorRemembered ??= { heard: false, all: new Map(), others: new Map() };
const { dozorRemembered: state } = shared as Required<typeof shared>;

/** Whether this process hears of changes. */
export const isHeard = (): boolean => state.heard;

/** Tells `one`, too, of changes from now on, in place of who had that name. */
export function hears(name: string, one: Hearer): void {
  state.others.set(name, one);
}

/** The answers of this process under a name. The same name always means values of the same type. */
export function remembered<Value>(name: string, options: Options): Remembered<Value> {
  const found = state.all.get(name) ?? new Remembered<unknown>(options);
  state.all.set(name, found);
  return found as Remembered<Value>;
}

const CHANNELS = [
  ...["dozor_sessions", "dozor_servers", "dozor_series", "dozor_live_sessions", "dozor_history"],
  "dozor_settings",
];

/**
 * Begins to remember: from now on this process hears of changes. While it does not hear, nothing is remembered.
 * @returns what ends it, within 1 s
 */
export async function hearChanges(): Promise<() => Promise<void>> {
  const drop = (channel?: string, about?: string) => {
    for (const one of [...state.all.values(), ...state.others.values()]) one.drop(channel, about);
  };
  const hear = (heard: boolean) => {
    state.heard = heard;
    drop();
  };
  return listen(CHANNELS, (payload, channel) => drop(channel, payload), {
    onHeard: () => hear(true),
    onLost: () => hear(false),
  });
}
