import { describe, expect, it } from "vitest";
import { createTenure } from "./tenure";

/** A tenure on a clock of its own, which has beaten each second but while the process was suspended. */
function tenureAt0() {
  let now = 0;
  const tenure = createTenure(() => now);
  return {
    tenure,
    pass(seconds: number): void {
      for (let second = 0; second < seconds; second += 1) {
        now += 1_000;
        tenure.beat();
      }
    },
    /** As by SIGSTOP: no beat. */
    sleep(seconds: number): void {
      now += seconds * 1_000;
    },
    claim: () => tenure.renew(async () => now),
    /** Our database answers, but leases were not due. */
    look: (claimedAt: number) => tenure.renew(async () => claimedAt),
    fail: () => tenure.renew(() => Promise.reject(new Error("our database is away"))).catch(() => {}),
  };
}

describe("tenure", () => {
  it("begins with a claim and lasts as long as leases do", async () => {
    const { tenure, claim, pass } = tenureAt0();
    expect(tenure.holds()).toBe(false);
    await claim();
    pass(27);
    expect(tenure.holds()).toBe(true);
    pass(1);
    expect(tenure.holds()).toBe(false);
    await claim();
    expect(tenure.holds()).toBe(true);
  });

  it("goes on while our database refuses, for as long as that lasts", async () => {
    const { tenure, claim, fail, pass } = tenureAt0();
    await claim();
    for (let second = 0; second < 100; second += 1) {
      pass(1);
      await fail();
      expect(tenure.holds()).toBe(true);
    }
  });

  it("goes on while our database is silent", async () => {
    const { tenure, claim, pass } = tenureAt0();
    await claim();
    pass(10);
    void tenure.renew(() => new Promise(() => {}));
    for (let second = 0; second < 35; second += 1) {
      pass(1);
      expect(tenure.holds()).toBe(true);
    }
  });

  it("ends in a process that was suspended for longer than its leases, until it has claimed again", async () => {
    const { tenure, claim, pass, sleep } = tenureAt0();
    await claim();
    sleep(40);
    expect(tenure.holds()).toBe(false);
    pass(2);
    expect(tenure.holds()).toBe(false);
    await claim();
    expect(tenure.holds()).toBe(true);
  });

  it("takes neither an attempt from before it was suspended nor one dead connection for an outage", async () => {
    const { tenure, claim, fail, pass, sleep } = tenureAt0();
    await claim();
    void tenure.renew(() => new Promise(() => {}));
    sleep(40);
    pass(3);
    expect(tenure.holds()).toBe(false);
    await fail();
    expect(tenure.holds()).toBe(false);
    await fail();
    await fail();
    expect(tenure.holds()).toBe(true);
  });

  it("counts a claim from when it was asked: the answer may have waited for the process to wake up", async () => {
    const { tenure, sleep, look } = tenureAt0();
    sleep(40);
    await look(0);
    expect(tenure.holds()).toBe(false);
    await look(20_000);
    expect(tenure.holds()).toBe(true);
  });
});
