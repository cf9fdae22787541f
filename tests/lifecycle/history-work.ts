// A process that works on history: `history-work <statement at which it dies, 0: never> <work> …`.
import { dieAt } from "../support/faults";
import { WORK, type Work } from "../support/retention-work";

const [at = "0", ...works] = process.argv.slice(2);
if (Number(at) > 0) dieAt(Number(at));
for (const work of works) {
  // Another process may be at it.
  await WORK[work as Work]().catch((error: { code?: unknown }) => {
    if (error.code !== "conflict") throw error;
  });
}
process.exit(0);
