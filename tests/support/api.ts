// Calls of the API by their addresses, as the product takes them: the route is found by the path, its parameters are decoded.
import { routes } from "../../app/api/openapi.json/routes";
import type { Handler } from "../../lib/http/endpoint";

const PATTERNS = Object.entries(routes)
  // A path of words before one with a parameter in its place.
  .sort(([a], [b]) => a.split("{").length - b.split("{").length)
  .map(([path, module]) => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    return { pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "([^/]+)")}$`), names, module };
  });

/** @param address path and query, percent-encoded as a client sends them */
export async function callApi(address: string, init: RequestInit = {}): Promise<Response> {
  const request = new Request(`http://localhost${address}`, init);
  // Not of the Request: it would take `..` for a step up.
  const [path = ""] = address.split("?", 1);
  for (const { pattern, names, module } of PATTERNS) {
    const found = pattern.exec(path);
    const handler = found && (module[request.method] as Handler | undefined);
    if (!handler) continue;
    const params = Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? "")]));
    return handler(request, { params: Promise.resolve(params) });
  }
  throw new Error(`no route takes ${request.method} ${path}`);
}
