// One instance of Dozor without its pages: the routes of accounts behind a bare HTTP server, and the live socket.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as me from "../../app/api/auth/me/route";
import * as password from "../../app/api/auth/password/route";
import * as logout from "../../app/api/logout/route";
import * as refresh from "../../app/api/refresh/route";
import * as token from "../../app/api/token/route";
import * as block from "../../app/api/users/[login]/block/route";
import * as user from "../../app/api/users/[login]/route";
import type { Handler } from "../../lib/http/endpoint";
import { attachLive } from "../../lib/live/socket";

const ROUTES: [RegExp, Record<string, unknown>][] = [
  [/^\/api\/auth\/me$/, me],
  [/^\/api\/auth\/password$/, password],
  [/^\/api\/logout$/, logout],
  [/^\/api\/refresh$/, refresh],
  [/^\/api\/token$/, token],
  [/^\/api\/users\/(?<login>[^/]+)\/block$/, block],
  [/^\/api\/users\/(?<login>[^/]+)$/, user],
];

const server = createServer(async (incoming, outgoing) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = "GET", url = "/" } = incoming;
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const [path, module] = ROUTES.find(([pattern]) => pattern.test(url)) ?? [];
  const handler = module?.[method] as Handler | undefined;
  if (!path || !handler) return outgoing.writeHead(404).end();
  const body = method === "GET" ? undefined : Buffer.concat(chunks);
  const request = new Request(`http://${incoming.headers.host}${url}`, { method, headers, ...(body && { body }) });
  const answer = await handler(request, { params: Promise.resolve({ ...path.exec(url)?.groups }) });
  outgoing.writeHead(answer.status, { "set-cookie": answer.headers.getSetCookie() }).end(await answer.text());
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const live = attachLive(server);
process.on("SIGTERM", async () => {
  server.close();
  await live.close();
  process.exit(0);
});
process.stdout.write(`${JSON.stringify({ ready: true, port: (server.address() as AddressInfo).port })}\n`);
