import { expect, it } from "vitest";
import { grantScript, privilegesOf, type Rights } from "./privileges";

const NAMES = [
  "pg_monitor",
  "pg_read_all_stats",
  "pg_read_all_settings",
  "pg_signal_backend",
  "pg_stat_file",
  "superuser",
];

function rightsWith(granted: readonly string[], other: Partial<Rights> = {}): Rights {
  const rights = NAMES.map((name) => ({ name, granted: granted.includes(name), member: granted.includes(name) }));
  return { role: "watcher", database: "postgres", version: 18, inRecovery: false, rights, ...other };
}
const EVERYTHING = NAMES.slice(0, -1);

it("nothing is lost with everything, and nothing has to be run", () => {
  const all = rightsWith(EVERYTHING);
  expect(privilegesOf(all)).toEqual(
    ["pg_monitor", "pg_signal_backend", "pg_stat_file"].map((name) => ({ name, granted: true, lost: null })),
  );
  expect(grantScript(all)).toBeNull();
});

it("the parts of pg_monitor are as good as itself", () => {
  const rights = rightsWith(EVERYTHING.slice(1));
  expect(privilegesOf(rights)[0]).toEqual({ name: "pg_monitor", granted: false, lost: null });
  expect(grantScript(rights)).toBeNull();
});

it("each part that is missing is named with what is lost", () => {
  const rights = rightsWith(["pg_read_all_settings", "pg_signal_backend", "pg_stat_file"]);
  expect(
    privilegesOf(rights)
      .filter(({ lost }) => lost)
      .map(({ name }) => name),
  ).toEqual(["pg_monitor", "pg_read_all_stats"]);
  expect(grantScript(rights)).toContain('GRANT pg_monitor TO "watcher";');
});

it("a superuser is told", () => {
  expect(privilegesOf(rightsWith(NAMES))[0]).toEqual({ name: "superuser", granted: true, lost: null });
});

it("names are quoted, also within comments", () => {
  const script = grantScript(rightsWith([], { role: 'a"; DROP ROLE b; --', database: 'x"\nDROP DATABASE y;' }));
  expect(script).toContain('GRANT pg_monitor TO "a""; DROP ROLE b; --";');
  expect(script?.split("\n").filter((line) => line.startsWith("DROP"))).toEqual([]);
});

it("a standby is said to take it over from its primary", () => {
  expect(grantScript(rightsWith([], { inRecovery: true }))).toContain("on the primary");
});

it("a role that is granted but not inherited is made to count, by version", () => {
  const rights = NAMES.map((name) => ({ name, granted: name !== "pg_monitor", member: true })).filter(
    ({ name }) => !name.startsWith("pg_read") && name !== "superuser",
  );
  expect(grantScript(rightsWith([], { rights, version: 15 }))).toContain('ALTER ROLE "watcher" INHERIT;');
  expect(grantScript(rightsWith([], { rights, version: 16 }))).toContain('TO "watcher" WITH INHERIT TRUE;');
});

it("what a server does not have is neither told nor granted", () => {
  const rights = rightsWith([]).rights.filter(({ name }) => name === "superuser");
  expect(privilegesOf({ rights }).map(({ name }) => name)).toEqual([
    "pg_monitor",
    "pg_read_all_stats",
    "pg_read_all_settings",
  ]);
  expect(grantScript(rightsWith([], { rights }))).toBeNull();
});
