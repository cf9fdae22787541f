// Processor temperatures from hwmon, or from thermal zones where hwmon has none.
import type { HostReader } from "../../probe";
import { roundTo } from "../../rate";
import type { Count } from "../readings";
import { halfMinute, remember, sparing } from "../remember";
import { singleCount, singleLine } from "./scan";

const HWMON = "/sys/class/hwmon";
const ZONES = "/sys/class/thermal";
/** Drivers of processor sensors: Intel, AMD, out-of-tree AMD, ARM. */
const DRIVERS = new Set(["coretemp", "k10temp", "zenpower", "cpu_thermal", "scpi_sensors"]);
const ZONE_TYPES = /^(x86_pkg_temp|cpu|soc)[-_]?/;

/** Degrees of each core's sensor, or of each package where cores have none; empty without a sensor. */
export const temperatures = remember(async (host, _key: undefined): Promise<Count[]> => {
  const paths = await sensors(host, undefined);
  return Promise.all(paths.map(async (path) => toDegrees(singleCount(await host.text(path)))));
}, sparing);

/** Files with millidegrees, in the order of packages and cores. */
const sensors = remember(async (host, _key: undefined): Promise<string[]> => {
  const cores: string[] = [];
  const packages: string[] = [];
  for (const folder of await host.list(HWMON)) {
    if (!DRIVERS.has(singleLine(await host.text(`${HWMON}/${folder}/name`)) ?? "")) continue;
    const inputs = (await host.list(`${HWMON}/${folder}`)).filter((name) => /^temp\d+_input$/.test(name));
    inputs.sort((a, b) => Number.parseInt(a.slice(4), 10) - Number.parseInt(b.slice(4), 10));
    for (const input of inputs) {
      const path = `${HWMON}/${folder}/${input}`;
      const label = singleLine(await host.text(path.replace(/_input$/, "_label"))) ?? "";
      if (label.startsWith("Core ")) cores.push(path);
      else if (input === inputs[0]) packages.push(path);
    }
  }
  if (cores.length > 0) return cores;
  return packages.length > 0 ? packages : zones(host);
}, halfMinute);

async function zones(host: HostReader): Promise<string[]> {
  const found: string[] = [];
  for (const folder of await host.list(ZONES)) {
    if (!folder.startsWith("thermal_zone")) continue;
    if (ZONE_TYPES.test(singleLine(await host.text(`${ZONES}/${folder}/type`)) ?? "")) {
      found.push(`${ZONES}/${folder}/temp`);
    }
  }
  return found;
}

/** Sensors that are switched off answer with absurd values. */
function toDegrees(millidegrees: Count): Count {
  return millidegrees === null || millidegrees > 150_000 ? null : roundTo(millidegrees / 1000, 1);
}
