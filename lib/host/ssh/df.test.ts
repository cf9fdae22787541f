import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inodesOf, parseDf } from "./df";
import { commandFor, quoted, spaceFrom } from "./space-command";

const GNU = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n";
const GNU_INODES = "Filesystem       Inodes   IUsed     IFree IUse% Mounted on\n";
const BUSYBOX = "Filesystem           1024-blocks    Used Available Capacity Mounted on\n";
const BUSYBOX_INODES = "Filesystem              Inodes      Used Available Capacity Mounted on\n";
const FREEBSD = "Filesystem  1024-blocks     Used    Avail Capacity  Mounted on\n";
const FREEBSD_INODES = "Filesystem  512-blocks     Used    Avail Capacity iused    ifree %iused  Mounted on\n";

const facts = (blocks: string, inodes: string) => spaceFrom("/p", blocks, inodes, "dozor");
const row = (mount: string, device: string, numbers: number[]) => ({ mount, device, numbers, more: [] });

describe("parseDf", () => {
  it.each([
    [
      "GNU",
      `${GNU}/dev/sda1         102400    51200     46080      53% /\n`,
      row("/", "/dev/sda1", [102400, 51200, 46080]),
    ],
    [
      "a mount with blanks",
      `${GNU}/dev/sdb1  100 20 80  20% /mnt/pg data  2\n`,
      row("/mnt/pg data  2", "/dev/sdb1", [100, 20, 80]),
    ],
    [
      "a device with blanks",
      `${GNU}//nas/my share  100 20 80  20% /mnt\n`,
      row("/mnt", "//nas/my share", [100, 20, 80]),
    ],
    [
      "a network file system",
      `${GNU}nas:/export/pg 100 20 80 20% /mnt\n`,
      row("/mnt", "nas:/export/pg", [100, 20, 80]),
    ],
    [
      "numbers in names",
      `${GNU}disk 1 100 20 80 20% /mnt/5 6 7 80% x\n`,
      row("/mnt/5 6 7 80% x", "disk 1", [100, 20, 80]),
    ],
    [
      "busybox",
      `${BUSYBOX}overlay              102400   51200     51200  50% /\n`,
      row("/", "overlay", [102400, 51200, 51200]),
    ],
    ["FreeBSD", `${FREEBSD}zroot/ROOT/default 1000 400 600 40% /\n`, row("/", "zroot/ROOT/default", [1000, 400, 600])],
    ["a reserve in use", `${GNU}/dev/sda1 1000 990 -40 104% /\n`, row("/", "/dev/sda1", [1000, 990, 0])],
    ["a greeting before", `Welcome!\n${GNU}/dev/sda1 1000 500 500 50% /\n`, row("/", "/dev/sda1", [1000, 500, 500])],
    [
      "no sizes",
      `${GNU}proc - - - - /proc\n`,
      { mount: "/proc", device: "proc", numbers: [null, null, null], more: [] },
    ],
    ["an error", "df: /x: No such file or directory\n", null],
    ["nothing", "", null],
    ["the header alone", GNU, null],
  ])("%s", (_name, text, expected) => {
    expect(parseDf(text)).toEqual(expected);
  });

  it.each([
    ["GNU", `${GNU_INODES}/dev/sda1 6553600 400000 6153600 7% /\n`, 6_553_600, 6_153_600],
    ["GNU on btrfs", `${GNU_INODES}/dev/sda1 0 0 0 - /\n`, 0, 0],
    ["GNU where unknown", `${GNU_INODES}nas:/x - - - - /mnt\n`, 0, 0],
    ["busybox", `${BUSYBOX_INODES}overlay 1000 400 600 40% /\n`, 1_000, 600],
    ["FreeBSD", `${FREEBSD_INODES}/dev/ada0p2 2000 800 1200 40% 300 700 30% /usr home\n`, 1_000, 700],
    ["an option that is not known", "df: unrecognized option: i\n", 0, 0],
  ])("inodes of %s", (_name, text, inodes, inodesFree) => {
    expect(inodesOf(parseDf(text))).toEqual({ inodes, inodesFree });
  });

  it("never throws and gives no impossible number", () => {
    const word = fc.constantFrom("/dev/sda1", " ", "\n", "100", "-", "-5", "20%", "/", "9".repeat(30), "df: ");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(" ")),
        ),
        fc.string(),
        (blocks, inodes) => {
          const { space, reason } = facts(blocks, inodes);
          if (!space) expect(reason).not.toBe("");
          for (const value of Object.values(space ?? {})) expect(value).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

it.each([
  ["blanks", `/dev/sda1${" ".repeat(250_000)}`],
  ["numbers", "1 ".repeat(125_000)],
  ["blanks and numbers", `${" ".repeat(2_000)}1`.repeat(125)],
  ["digits", "1".repeat(250_000)],
])("a machine that answers with nothing but %s holds nobody up", (_name, text) => {
  const started = performance.now();
  parseDf(text);
  parseDf(text.slice(0, 9_000));
  expect(performance.now() - started).toBeLessThan(2_000);
});

describe("spaceFrom", () => {
  it("gives bytes; free counts what is reserved for root too", () => {
    const blocks = `${GNU}/dev/sda1 1000 600 350 64% /data\n`;
    expect(facts(blocks, `${GNU_INODES}/dev/sda1 100 40 60 40% /data\n`)).toEqual({
      path: "/p",
      mount: "/data",
      device: "/dev/sda1",
      space: { totalBytes: 1_024_000, freeBytes: 409_600, availableBytes: 358_400, inodes: 100, inodesFree: 60 },
    });
  });

  it.each([
    ["df: /p: Permission denied\n", "dozor may not look"],
    ["df: '/a b': Permission denied\n", "dozor may not look"],
    ["df: /p: No such file or directory\n", "no such file"],
    ["df: /p: Stale file handle\n", "df: Stale file handle"],
    ["sh: 1: df: not found\n", "df: not found"],
    ["", "nothing"],
    [`${GNU}proc 0 0 0 - /proc\n`, "tells no size"],
  ])("%j: says why not", (blocks, reason) => {
    expect(facts(blocks, "")).toMatchObject({ space: null, reason: expect.stringContaining(reason) });
  });
});

describe("quoted", () => {
  it("puts what a shell reads outside the quotes", () => {
    expect(quoted('/a b$(x)`y`"*')).toBe("'/a b$(x)`y`\"*'");
    expect(quoted("/it's\\!")).toBe("'/it'\\''s'\\\\''\\!''");
    expect(commandFor(["/a", "/b c"])).toMatch(/ dozor '\/a' '\/b c'$/);
  });
});
