import { describe, expect, it } from "vitest";
import { localPrograms } from "../perf/programs";
import { CommandFiles } from "./files-command";
import type { RemoteFiles } from "./remote-files";
import { RemoteHost } from "./remote-host";

/** A machine that counts what it is asked. */
function counting(texts: Record<string, string>) {
  const asked: string[] = [];
  const spaces: [string, boolean][] = [];
  const files: RemoteFiles = {
    ...{ dear: false, answeredAt: 0 },
    read: async (paths) => {
      asked.push(...paths);
      return paths.map((path) => texts[path] ?? null);
    },
    list: async (path) => {
      asked.push(path);
      return ["b", "a", "bro\0ken"];
    },
    fileSystem: async (path, mayHang) => {
      spaces.push([path, mayHang]);
      return null;
    },
    once: async (paths) => files.read(paths),
    processStats: async () => new Map([["1", "1 (a\0b) S"]]),
    pageSize: async () => 65_536,
  };
  return { files, asked, spaces, take: () => asked.splice(0) };
}
const NO_PROGRAMS = localPrograms([]);
const LINUX = { "/proc/stat": "cpu  1 2 3 4\n" };

describe("a reader of another machine", () => {
  it("asks at once for what it asked for twice in a row, and never for what is long", async () => {
    const machine = counting({ ...LINUX, "/a": "1", "/b": "2", "/long": "x".repeat(100_000) });
    const reader = (await RemoteHost.open(machine.files, NO_PROGRAMS)).readerOf("cpu");
    const read = async (...paths: string[]) => {
      machine.take();
      reader.begin();
      const ahead = machine.take();
      const texts: (string | null)[] = [];
      for (const path of paths) texts.push(await reader.text(path));
      return { ahead, texts, later: machine.take() };
    };
    expect(await read("/a", "/long")).toMatchObject({ ahead: [], later: ["/a", "/long"] });
    expect(await read("/a", "/long", "/b")).toMatchObject({ ahead: [], later: ["/a", "/long", "/b"] });
    expect(await read("/a", "/long", "/b")).toMatchObject({ ahead: ["/a"], later: ["/long", "/b"] });
    expect(await read("/b")).toEqual({ ahead: ["/a", "/b"], texts: ["2"], later: [] });
    expect(await read("/a")).toMatchObject({ ahead: ["/b"], texts: ["1"], later: ["/a"] });
  });

  it("reads nothing twice ahead: each text is that of its own reading", async () => {
    const machine = counting({ ...LINUX, "/a": "1" });
    const reader = (await RemoteHost.open(machine.files, NO_PROGRAMS)).readerOf("cpu");
    for (let reading = 0; reading < 4; reading += 1) {
      reader.begin();
      await reader.text("/a");
      await reader.text("/a");
    }
    expect(machine.take().filter((path) => path === "/a")).toHaveLength(8);
  });

  it("gives no text or name that our database would not take, and lists a directory seldom", async () => {
    const machine = counting({ ...LINUX, "/zero": "a\0b" });
    const host = await RemoteHost.open(machine.files, NO_PROGRAMS);
    const reader = host.readerOf("disk");
    expect(await reader.text("/zero")).toBe("ab");
    machine.take();
    expect([await reader.list("/x"), await host.readerOf("network").list("/x")]).toEqual(Array(2).fill(["a", "b"]));
    expect(machine.take()).toEqual(["/x"]);
  });

  it("asks file systems that may hang apart from the others", async () => {
    const mounts = "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n26 1 0:40 / /net/share rw - nfs4 server:/export rw\n";
    const machine = counting({ ...LINUX, "/proc/self/mountinfo": mounts });
    const reader = (await RemoteHost.open(machine.files, NO_PROGRAMS)).readerOf("disk");
    await reader.text("/proc/self/mountinfo");
    await Promise.all(["/", "/net/share"].map((path) => reader.fileSystem(path)));
    expect(machine.spaces).toEqual([
      ["/", false],
      ["/net/share", true],
    ]);
  });

  it.each([
    ["another system", {}],
    ["a file that is something else", { "/proc/stat": "Welcome\n" }],
  ])("knows that %s is no Linux", async (_case, texts: Record<string, string>) => {
    expect(await RemoteHost.open(counting(texts).files, NO_PROGRAMS)).toMatchObject({ isLinux: false });
  });
});

describe("files by commands", () => {
  it("are asked for by one command, however many ask at a time", async () => {
    const commands: string[] = [];
    const files = new CommandFiles(async (command) => {
      commands.push(command);
      return { stdout: "==> /dev/null <==\n\n==> /a <==\n1\n\n==> /b <==\n2\n", stderr: "", code: 1 };
    });
    expect(await Promise.all([files.read(["/a", "/none"]), files.read(["/b"]), files.read(["/a"])])).toEqual([
      ["1\n", null],
      ["2\n"],
      ["1\n"],
    ]);
    expect(commands).toEqual(["env LC_ALL=C head -n 1000000 -- '/dev/null' '/a' '/none' '/b'"]);
    expect(await files.read([])).toEqual([]);
    expect(commands).toHaveLength(1);
  });

  it("fail together where the command does", async () => {
    const files = new CommandFiles(() => Promise.reject(new Error("cut")));
    const outcomes = await Promise.allSettled([files.read(["/a"]), files.read(["/b"])]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});
