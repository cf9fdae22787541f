import { spawnSync } from "node:child_process";
import type { SFTPWrapper } from "ssh2";
import { describe, expect, it } from "vitest";
import { SftpFiles } from "./files-sftp";
import { STATS_COMMAND, statsIn } from "./process-command";

const TWO = "==> /dev/null <==\n\n==> /proc/1/stat <==\n1 (a) S\n\n==> /proc/22/stat <==\n22 (b) R\n";

it.each([
  ["two processes", TWO, { "1": "1 (a) S\n", "22": "22 (b) R\n" }],
  ["a greeting before", `Welcome\n${TWO}`, { "1": "1 (a) S\n", "22": "22 (b) R\n" }],
  [
    "a name that tries to look like another process",
    "==> /proc/5/stat <==\n5 (\n==> /proc/1/s) S\n",
    { "5": "5 (\n==> /proc/1/s) S\n" },
  ],
])("%s", (_case, output, stats) => {
  expect(statsIn(output)).toEqual(new Map(Object.entries(stats)));
});

it("knows too many, and what is not its own", () => {
  expect(statsIn("Welcome\ndozor:many 6000\n")).toBe("too many");
  expect(statsIn("")).toBeNull();
  expect(statsIn("This account is not available.\n")).toBeNull();
});

it("runs in a shell as it is written", () => {
  const run = (most: number) => statsIn(spawnSync("sh", ["-c", STATS_COMMAND(most)], { encoding: "utf8" }).stdout);
  expect(run(0)).toBe("too many");
  const stats = run(100_000);
  expect(stats instanceof Map && stats.get(`${process.pid}`)).toMatch(new RegExp(`^${process.pid} \\(.* \\d+\n$`));
});

describe("a machine with more processes than handles are kept for", () => {
  const names = Array.from({ length: 401 }, (_, index) => ({ filename: `${index + 1}` }));
  function machine(output: string | null) {
    const asked: string[] = [];
    const sftp = {
      readdir: (path: string, answer: (error: undefined, found: typeof names) => void) => {
        asked.push(path);
        answer(undefined, names);
      },
    } as unknown as SFTPWrapper;
    const files = new SftpFiles({
      sftp,
      ask: (question) => question,
      another: async () => sftp,
      run: async () => {
        asked.push("command");
        return output === null ? null : { stdout: output, stderr: "", code: 0 };
      },
    });
    return { files, asked };
  }

  it("is asked by one command, and not looked through again at once", async () => {
    const { files, asked } = machine(TWO);
    expect([...(await files.processStats(5_000))]).toHaveLength(2);
    expect([...(await files.processStats(5_000))]).toHaveLength(2);
    expect(asked).toEqual(["/proc", "command", "command"]);
  });

  it.each([
    ["none may be run", null],
    ["another one runs in its place", ""],
  ])("says so where %s", async (_case, output) => {
    const { files, asked } = machine(output);
    expect(await files.processStats(5_000)).toBe("refused");
    expect(await files.processStats(5_000)).toBe("refused");
    expect(asked).toEqual(["/proc", "command"]);
  });
});
