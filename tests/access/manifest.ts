// What the build says that it holds: pages, routes, and server actions with the pages through which they are called.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const NEXT = join(resolve(import.meta.dirname, "..", ".."), ".next");
const read = (path: string): unknown => JSON.parse(readFileSync(join(NEXT, path), "utf8"));

export interface BuiltAction {
  id: string;
  /** File and exported name. */
  name: string;
  /** A page that calls it: `/admin/users`. */
  page: string;
}

export interface Built {
  pages: string[];
  routes: string[];
  actions: BuiltAction[];
}

/** Next's own pages, which show nothing of ours. */
const OWN_PAGES = ["/_global-error", "/_not-found"];

export function readBuilt(): Built {
  const paths = read("app-path-routes-manifest.json") as Record<string, string>;
  const addresses = (kind: string) =>
    Object.entries(paths).flatMap(([file, path]) =>
      file.endsWith(`/${kind}`) && !OWN_PAGES.includes(path) ? [path] : [],
    );
  const { node } = read("server/server-reference-manifest.json") as {
    node: Record<string, { workers: Record<string, unknown>; filename: string; exportedName: string }>;
  };
  const actions = Object.entries(node).map(([id, { workers, filename, exportedName }]) => {
    const [page = ""] = Object.keys(workers);
    return { id, name: `${filename} ${exportedName}`, page: paths[page.replace(/^app/, "")] ?? "/" };
  });
  return { pages: addresses("page"), routes: addresses("route"), actions };
}

interface Table {
  pages: readonly string[];
  routes: readonly string[];
  actions: readonly string[];
}

/** What is built and not in the table, and what the table lists and is not built; one line each. */
export function differences(built: Built, table: Table): string[] {
  const compare = (kind: string, there: readonly string[], listed: readonly string[]) => [
    ...there.filter((name) => !listed.includes(name)).map((name) => `${kind} ${name} is not in the table`),
    ...listed.filter((name) => !there.includes(name)).map((name) => `${kind} ${name} is not built`),
  ];
  return [
    ...compare("page", built.pages, table.pages),
    ...compare("route", built.routes, table.routes),
    ...compare(
      "action",
      built.actions.map(({ name }) => name),
      table.actions,
    ),
  ];
}
