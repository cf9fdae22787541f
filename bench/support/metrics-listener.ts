// A process that answers /metrics as ours does (through the same lane), and nothing else: what it uses, a scrape has cost.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerMetrics } from "../../lib/exposition/answer";
import { directLane } from "../../lib/http/direct";

const lane = directLane({ "/metrics": answerMetrics });
const server = createServer((request, response) => {
  if (!lane(request, response)) response.writeHead(404).end();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.on("disconnect", () => process.exit(0));
process.send?.((server.address() as AddressInfo).port);
