import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";

/** What the log writes in a process of its own. */
function logged(statement: string, variables: Record<string, string>): string {
  const code = `import { log } from ${JSON.stringify(path.resolve("lib/log.ts"))}; ${statement}`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    encoding: "utf8",
    env: { PATH: process.env.PATH ?? "", ...variables } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
  });
  expect(stderr).toBe("");
  return stdout;
}

const SECRETS = `log.child({ source: "start" }).info({
  password: "geheim", user: { token: "geheim" }, a: { b: { secret: "geheim" } }, headers: { cookie: "geheim", authorization: "geheim" },
}, "at postgresql://dozor:geheim@db:5432/x");
log.error({ err: new Error("connect to postgres://u:geheim@h/d failed") }, "no");
log.child({ source: "http", request: { headers: { cookie: "geheim" } } }).error(
  Object.assign(new Error("Bearer geheim", { cause: new AggregateError([new Error("password=geheim")], "dzr_geheim") }), { otp: "geheim" }),
);
log.warn("%s of %o", "token=geheim", { a: [{ clientSecret: "geheim" }] });`;

test("JSON lines, without secrets", () => {
  const lines = logged(SECRETS, { LOG_FORMAT: "json" }).trim().split("\n");
  expect(lines).toHaveLength(4);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: 30, source: "start", user: { token: "[hidden]" } });
  expect(lines.join()).not.toContain("geheim");
  expect(lines[1]).toContain("postgres://u:[hidden]@h/d");
  expect(JSON.parse(lines[2] ?? "")).toMatchObject({
    source: "http",
    request: { headers: { cookie: "[hidden]" } },
    err: {
      type: "Error",
      message: "Bearer [hidden]",
      otp: "[hidden]",
      cause: { errors: [{ message: "password=[hidden]" }] },
    },
    msg: "Bearer [hidden]",
  });
});

test("text for people, without secrets", () => {
  const text = logged(SECRETS, { LOG_FORMAT: "text" });
  expect(text).toMatch(/^\d{4}-\S+Z info {4}start: at postgresql:\/\/dozor:\[hidden\]@db:5432\/x \{/);
  expect(text).toContain("\n  Error: connect to postgres://u:[hidden]@h/d failed");
  expect(text).toContain("caused by AggregateError: dzr_[hidden]");
  expect(text).not.toContain("geheim");
});

test("the level holds", () => {
  expect(logged('log.info("a"); log.warn("b");', { LOG_LEVEL: "warn", LOG_FORMAT: "text" })).toMatch(
    /^\S+ warning b\n$/,
  );
});
