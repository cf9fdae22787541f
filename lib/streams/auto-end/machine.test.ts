import { describe, expect, it } from "vitest";
import { CONFIRM_MS, GIVE_UP_MS, GRACE_MS, LATE_MS, step } from "./machine";
import type { Effect, Scene, Timer, TimerInput } from "./timer";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1, 12);
const SCENE: Scene = {
  now: START,
  status: "playing",
  listeners: 0,
  enabled: true,
  timeoutMs: 5 * MINUTE,
  warnings: [60, 30, 10],
};

/** One channel in virtual time: what is told of it, and what came of that, in words. */
function play() {
  let timer: Timer | null = null;
  let scene = SCENE;
  const told: string[] = [];
  const take = (input: TimerInput) => {
    const outcome = step(timer, input, scene);
    timer = outcome.timer;
    told.push(...outcome.effects.map(wordOf));
  };
  const game = {
    /** The channel changes. */
    is(change: Partial<Scene>, restarted = false) {
      scene = { ...scene, ...change };
      take({ do: "look", restarted });
      return game;
    },
    ask(input: TimerInput) {
      take(input);
      return game;
    },
    /** Time passes, with a turn each second. */
    wait(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        scene = { ...scene, now: scene.now + 1_000 };
        take({ do: "tick" });
      }
      return game;
    },
    /** Time passes, and nobody is there; or the clock is set. */
    jump(seconds: number) {
      scene = { ...scene, now: scene.now + 1_000 * seconds };
      return game;
    },
    /** What was told since it was asked last. */
    told: () => told.splice(0),
    timer: () => timer,
    now: () => scene.now,
  };
  return game;
}

function wordOf(effect: Effect): string {
  if (effect.effect === "warned") return `warned ${effect.secondsRemaining}`;
  if (effect.effect === "armed") return effect.why === "no_listeners" ? "armed" : `armed: ${effect.why}`;
  return "reason" in effect ? `${effect.effect}: ${effect.reason}` : effect.effect;
}

const WHOLE = ["armed", "warned 60", "warned 30", "warned 10", "ended: no_listeners"];

describe("nobody listens", () => {
  it("is warned 60, 30 and 10 s before, and ended after five minutes", () => {
    const game = play().is({}).wait(299);
    expect(game.told()).toEqual(WHOLE.slice(0, -1));
    expect(game.wait(1).told()).toEqual(["ended: no_listeners"]);
    expect(game.is({ status: "stopped" }).told()).toEqual(["withdrawn"]);
    expect(game.wait(600).timer()).toBeNull();
  });

  it("counts from the placeholder on, too", () => {
    expect(play().is({ status: "placeholder" }).wait(300).told()).toEqual(WHOLE);
  });

  it.each<[string, Partial<Scene>]>([
    ["paused", { status: "paused" }],
    ["stopped", { status: "stopped" }],
    ["silent", { status: "unknown" }],
    ["of unknown listeners", { listeners: null }],
    ["listened to", { listeners: 1 }],
    ["exempt", { enabled: false }],
  ])("never arms a channel that is %s", (_, change) => {
    const game = play().is(change).wait(600);
    expect(game.told()).toEqual([]);
    expect(game.timer()).toBeNull();
  });

  it.each<[string, Partial<Scene>]>([
    ["listener_joined", { listeners: 1 }],
    ["channel_paused", { status: "paused" }],
    ["channel_stopped", { status: "stopped" }],
    ["switched_off", { enabled: false }],
  ])("is called off at the last moment: %s", (reason, change) => {
    const game = play().is({}).wait(299);
    game.told();
    expect(game.is(change).told()).toEqual([`cancelled: ${reason}`]);
    expect(game.wait(600).told()).toEqual([]);
  });

  it("counts anew after each listener, and for a new run", () => {
    const game = play().is({}).wait(299).is({ listeners: 1 }).is({ listeners: 0 });
    game.told();
    expect(game.wait(299).told()).toEqual(WHOLE.slice(1, -1));
    expect(game.is({}, true).told()).toEqual(["cancelled: restarted", "armed"]);
    expect(game.wait(300).told()).toEqual(WHOLE.slice(1));
  });

  it("warns at once where the timeout is a minute", () => {
    const game = play().is({ timeoutMs: MINUTE });
    expect(game.told()).toEqual(["armed", "warned 60"]);
  });
});

describe("unknown listeners", () => {
  it.each<Partial<Scene>>([{ listeners: null }, { status: "unknown", listeners: null }])(
    "keep what is left until they are known again: %o",
    (unknown) => {
      const game = play().is({}).wait(255).is(unknown).wait(3_600);
      expect(game.told()).toEqual(["armed", "warned 60"]);
      expect(game.timer()).toMatchObject({ state: "suspended", remainingMs: 45_000 });
      expect(game.is({ status: "playing", listeners: 0 }).wait(44).told()).toEqual(["warned 30", "warned 10"]);
      expect(game.wait(1).told()).toEqual(["ended: no_listeners"]);
    },
  );

  it("are cancelled by a listener who is seen then, and by what stops", () => {
    const silent = () => play().is({}).wait(10).is({ listeners: null });
    expect(silent().is({ listeners: 2 }).told()).toEqual(["armed", "cancelled: listener_joined"]);
    expect(silent().is({ status: "stopped" }).told()).toEqual(["armed", "cancelled: channel_stopped"]);
  });

  it("that were not noticed before the deadline get a minute", () => {
    const game = play().is({}).jump(900).is({ status: "unknown" });
    game.told();
    expect(game.jump(5).is({ status: "playing" }).told()).toEqual(["warned 60"]);
  });
});

describe("people", () => {
  it("cancel until a listener has come and gone", () => {
    const game = play().is({}).wait(250).ask({ do: "cancel" });
    expect(game.told()).toEqual(["armed", "warned 60", "cancelled: cancelled"]);
    expect(game.wait(900).is({ listeners: null }).is({ listeners: 0 }).told()).toEqual([]);
    expect(game.is({ listeners: 3 }).wait(60).told()).toEqual([]);
    expect(game.is({ listeners: 0 }).told()).toEqual(["armed"]);
  });

  it("cancel until the channel starts anew, or stops", () => {
    const held = () => play().is({}).ask({ do: "cancel" });
    expect(held().is({}, true).told().at(-1)).toBe("armed");
    expect(held().is({ status: "stopped" }).is({ status: "playing" }).told().at(-1)).toBe("armed");
  });

  it("put off: warnings come again", () => {
    const game = play().is({}).wait(295);
    game.told();
    expect(game.ask({ do: "extend", minutes: 1 }).told()).toEqual(["cancelled: extended", "armed: extended"]);
    expect(game.wait(64).told()).toEqual(["warned 60", "warned 30", "warned 10"]);
    expect(game.wait(1).told()).toEqual(["ended: no_listeners"]);
  });

  it("pause and go on: the nearest warning comes again", () => {
    const game = play().is({}).wait(280).ask({ do: "pause" });
    expect(game.told().at(-1)).toBe("cancelled: paused");
    expect(game.wait(3_600).told()).toEqual([]);
    expect(game.ask({ do: "resume" }).told()).toEqual(["armed: resumed", "warned 20"]);
    expect(game.wait(20).told()).toEqual(["warned 10", "ended: no_listeners"]);
  });

  it("pause before anything counts; nothing counts until they go on", () => {
    const game = play().is({ listeners: 1 }).ask({ do: "pause" }).is({ listeners: 0 }).wait(900);
    expect(game.told()).toEqual([]);
    expect(game.ask({ do: "resume" }).told()).toEqual(["armed"]);
  });

  it("lose what was left when somebody listens while it is paused", () => {
    const game = play().is({}).wait(290).ask({ do: "pause" }).is({ listeners: 1 }).is({ listeners: 0 });
    expect(game.ask({ do: "resume" }).wait(299).told().at(-1)).toBe("warned 10");
  });

  it("go on while it is not known who listens: it waits for that", () => {
    const game = play().is({}).wait(290).ask({ do: "pause" }).is({ listeners: null }).ask({ do: "resume" }).wait(60);
    expect(game.timer()?.state).toBe("suspended");
    expect(game.is({ listeners: 0 }).told().at(-1)).toBe("warned 10");
  });

  it("end what others listen to, and nobody's coming calls that off", () => {
    const game = play().is({ listeners: 7 }).ask({ do: "end", reason: "maintenance" });
    expect(game.told()).toEqual(["ended: maintenance"]);
    expect(game.is({ listeners: 8 }).told()).toEqual([]);
    expect(game.is({ status: "stopped" }).told()).toEqual(["withdrawn"]);
  });

  it("take back an end", () => {
    const game = play().is({}).wait(300).ask({ do: "cancel" });
    expect(game.told().slice(-2)).toEqual(["withdrawn", "cancelled: cancelled"]);
    expect(game.wait(900).told()).toEqual([]);
  });
});

describe("a stop", () => {
  const ending = () => {
    const game = play().is({}).wait(300);
    game.told();
    return game;
  };

  it("that is not confirmed is sent again, then reported, then given up: it counts from the beginning", () => {
    const game = ending();
    expect(game.wait(CONFIRM_MS / 1_000 - 1).told()).toEqual([]);
    expect(game.wait(1).told()).toEqual(["repeated: no_listeners"]);
    expect(game.wait(30).told()).toEqual(["unconfirmed"]);
    expect(game.wait(GIVE_UP_MS / 1_000 - 61).told()).toEqual([]);
    expect(game.wait(1).told()).toEqual(["withdrawn", "armed"]);
    expect(game.wait(300).told()).toEqual(WHOLE.slice(1));
  });

  it("is called off by a listener, who is then served", () => {
    expect(ending().is({ listeners: 1 }).told()).toEqual(["withdrawn", "cancelled: listener_joined"]);
  });

  it("is of no meaning for the next run", () => {
    expect(ending().is({}, true).told()).toEqual(["withdrawn", "armed"]);
  });

  it("stays while nothing is known", () => {
    expect(ending().is({ status: "unknown", listeners: null }).wait(10).told()).toEqual([]);
  });
});

describe("time that jumps", () => {
  it("over the deadline brings a minute of grace with its warnings", () => {
    const game = play()
      .is({})
      .jump(300 + LATE_MS / 1_000);
    game.told();
    expect(game.wait(1).told()).toEqual(["armed: grace", "warned 60"]);
    expect(game.wait(GRACE_MS / 1_000).told()).toEqual(["warned 30", "warned 10", "ended: no_listeners"]);
  });

  it("over the deadline ends where looks may be that far apart, if somebody was there before", () => {
    const late = () => {
      const game = play().is({}).wait(298);
      const since = game.now();
      game.told();
      return { game: game.jump(60), looks: { do: "tick", since, lateMs: 90_000 } as const };
    };
    const first = late();
    expect(first.game.ask(first.looks).told().at(-1)).toBe("ended: no_listeners");
    const second = late();
    expect(second.game.ask({ ...second.looks, since: second.looks.since + 30_000 }).told()[0]).toBe("armed: grace");
    const third = late();
    expect(third.game.ask({ ...third.looks, lateMs: 30_000 }).told()[0]).toBe("armed: grace");
  });

  it("to the deadline and a little over ends", () => {
    expect(play().is({}).jump(299).wait(2).told().at(-1)).toBe("ended: no_listeners");
  });

  it("over the deadline while nobody was there to hear of listeners brings the minute, however short that was", () => {
    const game = play().is({}).wait(298);
    const since = game.now() + 3_000;
    game.told();
    expect(game.jump(3).ask({ do: "tick", since }).told()).toEqual(["armed: grace", "warned 60"]);
  });

  it("over warnings brings the nearest one only", () => {
    const game = play().is({}).jump(285);
    game.told();
    expect(game.wait(1).told()).toEqual(["warned 14"]);
    expect(game.timer()).toMatchObject({ warningsSent: [30] });
    expect(game.wait(14).told()).toEqual(["warned 10", "ended: no_listeners"]);
  });

  it("back counts anew and no longer", () => {
    const game = play().is({}).wait(200).jump(-86_400).wait(1);
    game.told();
    expect(game.wait(300).told()).toEqual(WHOLE.slice(1));
  });

  it("back while it ends waits no longer for the confirmation", () => {
    const game = play().is({}).wait(300).jump(-86_400).wait(1);
    game.told();
    expect(game.wait(60).told()).toEqual(["repeated: no_listeners", "unconfirmed"]);
  });
});
