// A process that works on one channel: `auto-end-work <statement at which it dies, 0: never> <work> <channel>`.
import { dieAt } from "../support/faults";
import { LIFE, type LifeStep } from "../support/streams";

const [at = "0", work, channel = ""] = process.argv.slice(2);
if (Number(at) > 0) dieAt(Number(at));
await LIFE[work as LifeStep](channel);
process.exit(0);
