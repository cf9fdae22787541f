// Ways round a door that were open in other products: each asks the same, dressed otherwise.

export interface Trick {
  name: string;
  path?(path: string): string;
  method?(method: string): string;
  headers?: Record<string, string>;
  /** Whether the answer must be the very one of the plain request: only headers differ, none of which may count. */
  same?: boolean;
}

const SUBREQUEST = Array(5).fill("middleware").join(":");
const ROUTER_STATE = encodeURIComponent(JSON.stringify(["", { children: ["__PAGE__", {}] }, null, "refetch"]));
const beforeQuery = (path: string, change: (path: string) => string) => {
  const [address = "", ...query] = path.split("?");
  return [change(address), ...query].join("?");
};

export const TRICKS: readonly Trick[] = [
  { name: ".rsc", path: (path) => beforeQuery(path, (address) => `${address === "/" ? "/index" : address}.rsc`) },
  { name: "?_rsc=", path: (path) => `${path}${path.includes("?") ? "&" : "?"}_rsc=1a2b3` },
  { name: "RSC", headers: { rsc: "1" } },
  { name: "prefetch", headers: { rsc: "1", "next-router-prefetch": "1" } },
  {
    name: "segment prefetch",
    headers: { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
  },
  { name: "refetch of a part", headers: { rsc: "1", "next-router-state-tree": ROUTER_STATE } },
  { name: "Next-Action", headers: { "next-action": "0".repeat(42) } },
  { name: "middleware subrequest", headers: { "x-middleware-subrequest": SUBREQUEST }, same: true },
  { name: "middleware of src", headers: { "x-middleware-subrequest": "src/middleware" }, same: true },
  { name: "headers of the middleware", headers: { "x-middleware-next": "1", "x-dozor-path": "/login" }, same: true },
  { name: "remote of our server", headers: { "x-dozor-remote": "127.0.0.1", "x-dozor-user": "admin" }, same: true },
  { name: "rewritten address", headers: { "x-original-url": "/login", "x-rewrite-url": "/login" }, same: true },
  {
    name: "invoked path",
    headers: { "x-invoke-path": "/login", "x-matched-path": "/login", "x-invoke-status": "200" },
  },
  { name: "trailing slash", path: (path) => beforeQuery(path, (address) => `${address}/`) },
  { name: "double slash", path: (path) => `/${path}` },
  {
    name: "encoded letter",
    path: (path) => path.replace(/[a-z](?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  },
  {
    name: "encoded twice",
    path: (path) => path.replace(/[a-z](?=[^/]*$)/, (letter) => `%25${letter.charCodeAt(0).toString(16)}`),
  },
  { name: "dot segments", path: (path) => `/login/..${path}` },
  { name: "encoded dots", path: (path) => `/login/%2e%2e${path}` },
  { name: "backslash", path: (path) => path.replace(/\//, "/\\") },
  { name: "upper case", path: (path) => path.toUpperCase() },
  { name: "data of a page", path: (path) => beforeQuery(path, (address) => `/_next/data/build${address}.json`) },
  { name: "HEAD", method: () => "HEAD" },
  { name: "method override", headers: { "x-http-method-override": "GET", "x-http-method": "PUT" }, same: true },
];
