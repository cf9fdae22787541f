// Every page, route and server action that was built × everybody × the tricks, against the one table.
import { expect, test } from "@playwright/test";
import type { Allow } from "../../lib/http/endpoint";
import { CALLERS, type Caller, type CallerName, callerOf, refusalAt } from "./callers";
import { type Answered, type Asked, ask, forAll } from "./http";
import { type Built, type BuiltAction, differences, readBuilt } from "./manifest";
import { type Product, startProduct } from "./product";
import { ACTIONS, PAGES, ROUTES, SEEDED } from "./table";
import { TRICKS, type Trick } from "./tricks";

const TABLE = { pages: Object.keys(PAGES), routes: Object.keys(ROUTES), actions: Object.keys(ACTIONS) };
/** Who tries the tricks: one of each kind to whom some door is closed. */
const TRICKSTERS: readonly CallerName[] = ["nobody", "viewer", "revoked", "token"];
let product: Product;
let built: Built;

test.describe.configure({ timeout: 300_000 });
test.beforeAll(async () => {
  product = await startProduct();
  built = readBuilt();
});
test.afterAll(() => product.stop());

const host = () => `localhost:${product.port}`;
const asked = (given: Asked) => ask(product.port, given);

/** A refused page: its reader is sent to sign in, or is told that nothing is there; both also come in the middle of a stream. */
function isTurnedAway({ status, headers, text }: Answered, refusal: 401 | 403): boolean {
  if (refusal === 403) return status === 404 || (status === 200 && text.includes("NEXT_HTTP_ERROR_FALLBACK;404"));
  if (status === 307) return /^(http:\/\/[^/]+)?\/login/.test(String(headers.location));
  return status === 200 && /NEXT_REDIRECT;[a-z]+;\/login/.test(text);
}

interface Request {
  who: Allow;
  method: string;
  path: string;
  /** What the answer must not hold for whom it is closed. */
  secret: string | undefined;
}

const dressed = ({ method, path }: Request, trick: Trick, caller: Caller): Asked => ({
  method: trick.method?.(method) ?? method,
  path: trick.path?.(path) ?? path,
  headers: { ...caller.headers, ...trick.headers },
});

/** What of a refused request came out by a trick; null where nothing did. */
function opened(answer: Answered, plain: Answered, { method, secret }: Request, trick: Trick): string | null {
  if (secret && answer.text.includes(secret)) return `shows ${secret}`;
  if (answer.status >= 500) return `answers ${answer.status}`;
  if (trick.same && answer.status !== plain.status) return `answers ${answer.status}, plainly ${plain.status}`;
  // What changes something must not have been done.
  return method !== "GET" && answer.status >= 200 && answer.status < 300 ? `answers ${answer.status}` : null;
}

async function tryTricks(request: Request, caller: Caller, plain: Answered): Promise<string[]> {
  const found: string[] = [];
  // HEAD is another question where the method is not GET: whoever may read gets it answered.
  for (const trick of TRICKS.filter(({ method }) => !method || request.method === "GET")) {
    const answer = await asked(dressed(request, trick, caller));
    const what = opened(answer, plain, request, trick);
    if (what) found.push(`${caller.name} ${request.method} ${request.path} by ${trick.name}: ${what}`);
  }
  return found;
}

test("the table lists all that is built, and nothing else", () => {
  expect(differences(built, TABLE)).toEqual([]);
  expect(built.pages.length).toBeGreaterThan(10);
  expect(built.actions.length).toBeGreaterThan(10);
});

test("what is not in the table is told by name", () => {
  const more: Built = {
    pages: [...built.pages, "/admin/forgotten"],
    routes: [...built.routes, "/api/forgotten"],
    actions: [...built.actions, { id: "0", name: "app/actions.ts forgotten", page: "/" }],
  };
  expect(differences(more, TABLE)).toEqual([
    "page /admin/forgotten is not in the table",
    "route /api/forgotten is not in the table",
    "action app/actions.ts forgotten is not in the table",
  ]);
  expect(differences({ ...built, pages: built.pages.slice(1) }, TABLE)).toEqual([
    `page ${built.pages[0]} is not built`,
  ]);
});

test("pages open to whom the table says, and to nobody else by any trick", async () => {
  const wrong: string[] = [];
  for (const [path, { who, at = path, shows, passes }] of Object.entries(PAGES)) {
    const request: Request = { who, method: "GET", path: at, secret: shows && SEEDED[shows] };
    await forAll(CALLERS, async (name) => {
      const caller = await callerOf(name, host());
      // A page is asked for with a cookie; whoever has none is nobody to it.
      const refusal = name === "token" && who !== "public" ? 401 : refusalAt(who, name);
      const plain = await asked(dressed(request, { name: "plain" }, caller));
      if (refusal === null) {
        const passed = passes && plain.status === 307 && !/\/login/.test(String(plain.headers.location));
        if (plain.status !== 200 && !passed) wrong.push(`${name} ${at}: ${plain.status} in the place of 200`);
        else if (request.secret && !plain.text.includes(request.secret)) wrong.push(`${name} ${at} shows too little`);
        return;
      }
      if (!isTurnedAway(plain, refusal)) wrong.push(`${name} ${at}: ${plain.status} in the place of ${refusal}`);
      const tries = name !== "token" && TRICKSTERS.includes(name);
      if (tries) wrong.push(...(await tryTricks(request, caller, plain)));
    });
  }
  expect(wrong).toEqual([]);
});

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const EXAMPLES: Record<string, string> = { login: SEEDED.user, name: SEEDED.server, id: "none", "...nextauth": "csrf" };
const exampleOf = (path: string) => path.replace(/\[([^\]]+)\]/g, (_, name: string) => EXAMPLES[name] ?? "x");

test("routes answer the methods of the table only", async () => {
  const wrong: string[] = [];
  await forAll(Object.entries(ROUTES), async ([path, methods]) => {
    const { headers } = await asked({ method: "OPTIONS", path: exampleOf(path), headers: { origin: product.app.url } });
    const allowed = String(headers.allow ?? "").split(", ");
    for (const method of METHODS) {
      const listed = method in methods;
      if (allowed.includes(method) !== listed) wrong.push(`${method} ${path}: ${listed ? "listed" : "answered"} only`);
    }
  });
  expect(wrong).toEqual([]);
});

const routeRequests: Request[] = Object.entries(ROUTES).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, who]) => ({ who, method, path: exampleOf(path), secret: undefined })),
);

test("routes open to whom the table says, and to nobody else by any trick", async () => {
  const wrong: string[] = [];
  await forAll(routeRequests, async (request) => {
    const { who, method, path } = request;
    for (const name of CALLERS) {
      const refusal = refusalAt(who, name);
      const caller = await callerOf(name, host());
      const plain = await asked(dressed(request, { name: "plain" }, caller));
      const told = `${name} ${method} ${path}: ${plain.status}`;
      if (plain.status >= 500) wrong.push(told);
      if (who === "public") continue;
      if (refusal === null) {
        // Sessions only: what is the own account's is closed to tokens by each verb.
        if ([401, 403].includes(plain.status) && name !== "token") wrong.push(`${told}, but it is open`);
        continue;
      }
      if (plain.status !== refusal) wrong.push(`${told} in the place of ${refusal}`);
      if (!String(plain.headers["content-type"]).startsWith("application/problem+json"))
        wrong.push(`${told} says more`);
      if (TRICKSTERS.includes(name)) wrong.push(...(await tryTricks(request, caller, plain)));
    }
  });
  expect(wrong).toEqual([]);
});

interface Outcome {
  ok?: boolean;
  error?: { code: string };
}

/** What an action gave back; null where the answer is none of an action. */
function outcomeOf({ text }: Answered): Outcome | null {
  const line = text.split("\n").find((one) => /^\d+:\{"ok":/.test(one));
  return line ? (JSON.parse(line.slice(line.indexOf(":") + 1)) as Outcome) : null;
}

const call = (
  action: BuiltAction,
  caller: Caller,
  { page = action.page, ...more }: { page?: string; origin?: string } = {},
) =>
  asked({
    method: "POST",
    path: page,
    headers: {
      origin: product.app.url,
      ...caller.headers,
      ...more,
      "next-action": action.id,
      "content-type": "text/plain;charset=UTF-8",
    },
    body: JSON.stringify([ACTIONS[action.name]?.input]),
  });

const CODES = { 401: "unauthenticated", 403: "forbidden" } as const;

test("server actions open to whom the table says, through every page", async () => {
  const wrong: string[] = [];
  const closed = built.actions.filter(({ name }) => ACTIONS[name] && ACTIONS[name].who !== "public");
  await forAll(closed, async (action) => {
    const who = ACTIONS[action.name]?.who ?? "public";
    for (const name of CALLERS) {
      for (const page of new Set([action.page, "/login", "/servers"])) {
        const caller = await callerOf(name, host());
        const code = outcomeOf(await call(action, caller, { page }))?.error?.code;
        const refusal = refusalAt(who, name);
        const told = `${name} ${action.name} through ${page}: ${code}`;
        if (refusal !== null && code !== CODES[refusal]) wrong.push(`${told} in the place of ${CODES[refusal]}`);
        const refused = code === "unauthenticated" || code === "forbidden";
        if (refusal === null && refused && name !== "token") wrong.push(`${told}, but it is open`);
      }
    }
  });
  expect(wrong).toEqual([]);
});

test("server actions do nothing for other sites' pages", async () => {
  const wrong: string[] = [];
  await forAll(built.actions, async (action) => {
    for (const origin of ["https://evil.example", "null"]) {
      const answer = await call(action, await callerOf("admin", host()), { origin });
      const outcome = outcomeOf(answer);
      const done = outcome ? outcome.ok || outcome.error?.code !== "forbidden" : answer.status < 400;
      if (done) wrong.push(`${action.name} from ${origin}: ${answer.status} ${JSON.stringify(outcome)}`);
    }
  });
  expect(wrong).toEqual([]);
});

test("every kind of answer carries the headers that protect it", async () => {
  const paths = [
    "/login",
    "/",
    "/api/health",
    "/api/users",
    "/nowhere",
    "/api/nowhere",
    "/redoc",
    "/favicon.svg",
    "/%",
  ];
  for (const path of paths) {
    const { status, headers } = await asked({ path });
    const has = { ...headers, status };
    expect.soft(has, path).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "referrer-policy": expect.any(String),
      "permissions-policy": expect.any(String),
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
    });
    expect.soft(String(headers["content-security-policy"]), path).not.toMatch(/script-src[^;]*unsafe-inline/);
    if (!path.endsWith(".svg")) expect.soft(String(headers["cache-control"]), path).toContain("no-store");
    expect.soft(headers["strict-transport-security"], path).toBeUndefined();
  }
  const secure = await asked({ path: "/login", headers: { "x-forwarded-proto": "https" } });
  expect(secure.headers["strict-transport-security"]).toMatch(/^max-age=\d{8}/);
});
