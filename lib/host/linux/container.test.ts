import { describe, expect, it } from "vitest";
import { readContainer } from "./container";
import { treeReader } from "./tree-reader";

const root = (type: string) => ({ "/proc/self/mountinfo": `1 1 0:60 / / rw - ${type} ${type} rw\n` });
const SEES_KERNEL = { "/proc/2/comm": "kthreadd\n" };

describe("readContainer", () => {
  it.each([
    ["a machine", { ...SEES_KERNEL, ...root("ext4"), "/proc/1/cgroup": "0::/init.scope\n" }, null],
    ["a machine run from an unpacked image", { ...SEES_KERNEL, ...root("ext4"), "/.dockerenv": "" }, null],
    ["a live system", { ...SEES_KERNEL, ...root("overlay") }, null],
    ["Docker", { ...root("overlay"), "/.dockerenv": "", "/proc/1/cgroup": "0::/\n" }, "docker"],
    ["Docker with the host's processes", { ...SEES_KERNEL, ...root("overlay"), "/.dockerenv": "" }, "docker"],
    ["Docker on btrfs", { ...root("btrfs"), "/.dockerenv": "" }, "docker"],
    ["old Docker", { "/proc/1/cgroup": "4:memory:/docker/0123\n" }, "docker"],
    ["Podman", { ...root("overlay"), "/run/.containerenv": "" }, "podman"],
    ["LXC", { "/run/systemd/container": "lxc\n" }, "lxc"],
    ["Kubernetes", { "/run/secrets/kubernetes.io/serviceaccount/token": "x" }, "kubernetes"],
    ["Kubernetes without an account", { "/proc/1/cgroup": "0::/kubepods/besteffort/pod1\n" }, "kubernetes"],
    ["an unknown runtime", root("overlay"), "unknown"],
  ])("%s", async (_name, files, kind) => {
    const found = await readContainer(treeReader(files as Record<string, string>));
    expect(found?.kind ?? null).toBe(kind);
    if (found) expect(found.evidence).not.toBe("");
  });

  it.each([
    ["version 2", { "memory.max": "536870912\n", "cpu.max": "150000 100000\n" }, 536_870_912, 1.5],
    ["version 2 without limits", { "memory.max": "max\n", "cpu.max": "max 100000\n" }, null, null],
    [
      "version 1",
      {
        "memory/memory.limit_in_bytes": "1048576\n",
        "cpu/cpu.cfs_quota_us": "50000\n",
        "cpu/cpu.cfs_period_us": "100000\n",
      },
      1_048_576,
      0.5,
    ],
    [
      "version 1 without limits",
      {
        "memory/memory.limit_in_bytes": "9223372036854771712\n",
        "cpu/cpu.cfs_quota_us": "-1\n",
        "cpu/cpu.cfs_period_us": "100000\n",
      },
      null,
      null,
    ],
  ])("reads limits of control groups %s", async (_name, files, memory, cpu) => {
    const paths = Object.entries(files).map(([name, text]) => [`/sys/fs/cgroup/${name}`, text]);
    const found = await readContainer(
      treeReader({ "/run/systemd/container": "docker\n", ...Object.fromEntries(paths) }),
    );
    expect(found).toMatchObject({ memory_limit_bytes: memory, cpu_limit_cores: cpu });
  });
});
