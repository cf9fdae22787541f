// When the session ends, as an open page follows it: says when to warn, tells the server that somebody is there, and leaves
// when it is over. The server has the last word; this only counts between its answers.

/** The dialog comes this long before the end. */
const WARNING_SECONDS = 300;
/** While it counts down, other tabs may have extended the session: asked again after this time. */
const ASK_EVERY_MS = 15_000;
/** At the end itself it is asked more often, until the server agrees that it is one. */
const ASK_AT_END_EVERY_MS = 2_000;
/** Activity is told at most this often. */
const TELL_EVERY_MS = 60_000;

/** Seconds until the end, `over`, or `unknown` when the server does not answer. */
export type SessionAnswer = number | "over" | "unknown";

export interface SessionRequests {
  /** Asks for the end without moving it. */
  ask(): Promise<SessionAnswer>;
  /** Says that somebody is there. */
  extend(): Promise<SessionAnswer>;
  /** Leaves the application: the session is over. */
  leave(): void;
}

export interface SessionView {
  /** Whether the warning shows. */
  open: boolean;
  secondsLeft: number;
  /** Whether the session has lasted as long as it may, so that nothing extends it. */
  final: boolean;
}

export class SessionWatch {
  readonly #requests: SessionRequests;
  readonly #listeners = new Set<() => void>();
  #view: SessionView;
  #endsAt: number;
  #toldAt: number;
  #askedAt = Number.NEGATIVE_INFINITY;
  #final = false;
  #dismissed = false;
  #left = false;

  /** @param now milliseconds by the page's clock; only differences matter */
  constructor(requests: SessionRequests, secondsLeft: number, now: number) {
    this.#requests = requests;
    this.#endsAt = now + secondsLeft * 1_000;
    this.#toldAt = now;
    this.#view = { open: false, secondsLeft, final: false };
  }

  get view(): SessionView {
    return this.#view;
  }

  /** Calls `listener` after each change of the view until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is due at this moment; call it every second, and when the page is shown again. */
  async tick(now: number): Promise<void> {
    const leftMs = this.#endsAt - now;
    const pauseMs = leftMs <= 0 ? ASK_AT_END_EVERY_MS : ASK_EVERY_MS;
    if (leftMs <= WARNING_SECONDS * 1_000 && now - this.#askedAt >= pauseMs) {
      this.#askedAt = now;
      this.#take(await this.#requests.ask(), now);
    }
    this.#show(now);
  }

  /** Somebody moved, typed or pointed; says nothing while the warning asks whether anybody is there. */
  async activity(now: number): Promise<void> {
    if (this.#view.open || this.#final || now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#take(await this.#requests.extend(), now);
    this.#show(now);
  }

  /** The answer to the warning: goes on, or, where nothing can be extended any more, puts the warning away. */
  async goOn(now: number): Promise<void> {
    if (this.#final) this.#dismissed = true;
    else {
      const answer = await this.#requests.extend();
      this.#take(answer, now);
      this.#final = typeof answer === "number" && answer <= WARNING_SECONDS;
    }
    this.#show(now);
  }

  #take(answer: SessionAnswer, now: number): void {
    if (answer === "over") this.#leave();
    else if (answer !== "unknown") this.#endsAt = now + answer * 1_000;
  }

  #leave(): void {
    if (!this.#left) this.#requests.leave();
    this.#left = true;
  }

  #show(now: number): void {
    const secondsLeft = Math.max(0, Math.ceil((this.#endsAt - now) / 1_000));
    const asked = this.#askedAt > Number.NEGATIVE_INFINITY;
    const open = asked && secondsLeft <= WARNING_SECONDS && !this.#dismissed;
    const before = this.#view;
    // Seconds that nobody sees change nothing.
    if (open === before.open && this.#final === before.final && (!open || secondsLeft === before.secondsLeft)) return;
    this.#view = { open, secondsLeft, final: this.#final };
    for (const listener of this.#listeners) listener();
  }
}
