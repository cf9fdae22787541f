// What only the kernel of Linux tells: everywhere else there is a reason and no number.
import type { HostSource } from "../sources";
import { noPaging, noPressure, noProcesses } from "../unknown";

const NOT_LINUX = "told by Linux only";

export const kernelSource: Pick<HostSource, "paging" | "pressure" | "processes"> = {
  paging: async () => noPaging(NOT_LINUX),
  pressure: async () => noPressure(NOT_LINUX),
  processes: async () => noProcesses(NOT_LINUX),
};
