// The kernel's caches of files.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

/** Whether the kernel lets go of what it has cached; only root may ask it to. */
export function dropCaches(): boolean {
  if (process.platform !== "linux") return false;
  spawnSync("sync");
  try {
    writeFileSync("/proc/sys/vm/drop_caches", "3");
    return true;
  } catch {
    return false;
  }
}
