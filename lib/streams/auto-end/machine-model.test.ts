// Random lives of a channel, second by second, against a model that knows no deadlines: it counts quiet seconds.
import fc from "fast-check";
import { expect, it } from "vitest";
import { refusalOf, step } from "./machine";
import type { Scene, Timer, TimerInput } from "./timer";

const START = Date.UTC(2026, 0, 1);
const TIMEOUT = 90;

interface Life {
  status: Scene["status"];
  listeners: number | null;
  enabled: boolean;
}

type Happening =
  | ({ is: "changed"; restarted: boolean } & Partial<Life>)
  | { is: "asked"; input: TimerInput }
  | { is: "passed"; seconds: number };

/** What nobody listening comes to. `left` is null while nothing counts. */
class Model {
  left: number | null = null;
  lowest = Number.POSITIVE_INFINITY;
  paused = false;
  held: "no" | "silent" | "heard" = "no";
  /** Paused while it was held, and nobody has listened since. */
  heldBelow = false;
  ending: { age: number; wanted: boolean } | null = null;
  ends = 0;
  warnings: number[] = [];
  life: Life = { status: "playing", listeners: null, enabled: true };

  get #quiet(): boolean {
    return ["playing", "placeholder"].includes(this.life.status) && this.life.listeners === 0;
  }
  get #heard(): boolean {
    return this.life.status !== "unknown" && (this.life.listeners ?? 0) > 0;
  }

  #idle(): void {
    this.left = null;
    this.paused = false;
    this.held = "no";
    this.heldBelow = false;
    this.ending = null;
  }
  #begin(seconds: number): void {
    this.left = seconds;
    this.lowest = Number.POSITIVE_INFINITY;
  }

  get state(): Timer["state"] | "idle" {
    if (this.ending) return "ending";
    if (this.held !== "no") return "held";
    if (this.paused) return "paused";
    if (this.left === null) return "idle";
    return this.#quiet ? "armed" : "suspended";
  }

  change(life: Life, restarted: boolean): void {
    this.life = life;
    if (life.status === "stopped" || restarted) this.#idle();
    this.settle();
  }

  settle(): void {
    const { enabled, status } = this.life;
    if (this.#heard) this.heldBelow = false;
    if (this.ending) {
      if (this.#heard && !this.ending.wanted) this.#idle();
    } else if (!enabled) this.#idle();
    else if (this.held !== "no") {
      if (this.#heard) this.held = "heard";
      else if (this.held === "heard" && this.#quiet) this.#idle();
    } else if (this.#heard || status === "paused") this.left = null;
    if (this.#mayBegin && this.left === null) this.#begin(TIMEOUT);
    this.#warn();
  }
  get #mayBegin(): boolean {
    return this.life.enabled && this.#quiet && !this.paused && this.held === "no" && !this.ending;
  }
  get #counts(): boolean {
    return this.left !== null && this.#quiet && !this.paused;
  }

  ask(input: TimerInput): void {
    if (input.do === "cancel") {
      this.#idle();
      this.held = "silent";
    } else if (input.do === "extend") {
      this.#begin((this.left ?? 0) + 60 * input.minutes);
    } else if (input.do === "pause") {
      this.heldBelow = this.held === "silent";
      this.held = "no";
      this.paused = true;
    } else if (input.do === "resume") {
      this.paused = false;
      if (this.heldBelow) this.held = "silent";
      this.heldBelow = false;
      this.lowest = Number.POSITIVE_INFINITY;
    } else this.#end(true);
    this.settle();
  }

  second(): void {
    if (this.ending) {
      this.ending.age += 1;
      if (this.ending.age >= 600) this.#idle();
    } else if (this.left !== null && this.#counts) {
      this.left -= 1;
      if (this.left === 0) this.#end(false);
    }
    this.settle();
  }

  #end(wanted: boolean): void {
    this.#idle();
    this.ends += 1;
    this.ending = { age: 0, wanted };
  }

  #warn(): void {
    const { left } = this;
    if (left === null || !this.#counts) return;
    const nearest = [10, 30, 60].find((threshold) => left <= threshold) ?? Number.POSITIVE_INFINITY;
    if (nearest >= this.lowest) return;
    this.lowest = nearest;
    this.warnings.push(left);
  }
}

const counts = fc.constantFrom(null, 0, 0, 0, 1, 40);
const statuses = fc.constantFrom("playing", "playing", "placeholder", "paused", "stopped", "unknown");
const asked: fc.Arbitrary<TimerInput> = fc.oneof(
  fc.constantFrom<TimerInput>({ do: "cancel" }, { do: "pause" }, { do: "resume" }, { do: "end", reason: "now" }),
  fc.record({ do: fc.constant("extend" as const), minutes: fc.integer({ min: 1, max: 2 }) }),
);
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ is: fc.constant("changed" as const), restarted: fc.constant(false), listeners: counts }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ is: fc.constant("changed" as const), restarted: fc.constant(false), status: statuses }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant("changed" as const), restarted: fc.boolean(), enabled: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("asked" as const), input: asked }) },
  {
    weight: 4,
    arbitrary: fc.record({ is: fc.constant("passed" as const), seconds: fc.integer({ min: 1, max: 130 }) }),
  },
  { weight: 1, arbitrary: fc.constant<Happening>({ is: "passed", seconds: 620 }) },
);

/** While it was held somebody listened and left; to cancel again holds it until somebody else comes. */
const CANCELLED_TWICE: Happening[] = [
  { is: "asked", input: { do: "end", reason: "now" } },
  { is: "asked", input: { do: "cancel" } },
  { is: "changed", restarted: false, listeners: 40 },
  { is: "changed", restarted: false, status: "paused" },
  { is: "changed", restarted: false, listeners: 0 },
  { is: "asked", input: { do: "cancel" } },
  { is: "changed", restarted: false, status: "playing" },
];

it("every life ends when it should, is warned as it should, and is never ended while somebody listens", () => {
  fc.assert(
    fc.property(fc.array(happenings, { maxLength: 60, size: "max" }), (lives) => {
      const model = new Model();
      let timer: Timer | null = null;
      let scene: Scene = { ...model.life, now: START, timeoutMs: 1_000 * TIMEOUT, warnings: [60, 30, 10] };
      let ends = 0;
      const warnings: number[] = [];
      const take = (input: TimerInput) => {
        const outcome = step(timer, input, scene);
        timer = outcome.timer;
        for (const effect of outcome.effects) {
          if (effect.effect === "warned") warnings.push(effect.secondsRemaining);
          if (effect.effect !== "ended") continue;
          ends += 1;
          if (!effect.wanted) expect(scene).toMatchObject({ listeners: 0, enabled: true });
        }
      };
      for (const life of lives) {
        if (life.is === "changed") {
          const { is: _, restarted, ...change } = life;
          scene = { ...scene, ...change };
          take({ do: "look", restarted: restarted && scene.status !== "stopped" });
          const { status, listeners, enabled } = scene;
          model.change({ status, listeners, enabled }, restarted && status !== "stopped");
        } else if (life.is === "asked") {
          if (refusalOf(timer, life.input.do, scene) !== null) continue;
          if (life.input.do === "pause" && model.paused) continue;
          take(life.input);
          model.ask(life.input);
        } else {
          for (let second = 0; second < life.seconds; second += 1) {
            scene = { ...scene, now: scene.now + 1_000 };
            take({ do: "tick" });
            model.second();
          }
        }
        const { state = "idle" } = (timer as Timer | null) ?? {};
        expect({ state, ends, warnings }).toEqual({
          state: model.state,
          ends: model.ends,
          warnings: model.warnings,
        });
      }
    }),
    { numRuns: 120, examples: [[CANCELLED_TWICE]] },
  );
});
