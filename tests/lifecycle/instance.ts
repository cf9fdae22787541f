// One instance of Dozor without its pages: a collector, and the configuration's route behind a bare HTTP server.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PUT } from "../../app/api/config/route";
import { startCollector } from "../../lib/collect/index";

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { authorization = "", "content-type": type = "" } = request.headers;
  const headers = { authorization, "content-type": type };
  const body = Buffer.concat(chunks);
  const answer = await PUT(new Request(`http://localhost${request.url}`, { method: "PUT", headers, body }));
  response.writeHead(answer.status).end(await answer.text());
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const stop = await startCollector({ exclusive: false });
process.on("SIGTERM", async () => {
  server.close();
  await stop();
  process.exit(0);
});
process.stdout.write(`${JSON.stringify({ ready: true, port: (server.address() as AddressInfo).port })}\n`);
