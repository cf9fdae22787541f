// Reads deploy/dozor.service as systemd does, as far as we use it.
import { readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../../..");
export const UNIT_FILE = path.join(ROOT, "deploy/dozor.service");

/** The values of each setting of [Service], in order. */
function serviceSection(text: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  const section = /^\[Service\]\n(.*?)(?=^\[|(?![\s\S]))/ms.exec(text)?.[1] ?? "";
  for (const [, name = "", value = ""] of section.matchAll(/^([A-Za-z]+)=(.*)$/gm))
    settings.set(name, [...(settings.get(name) ?? []), value]);
  return settings;
}

export interface Unit {
  /** The values of a setting, in order; none where it is not there. */
  all(name: string): string[];
  /** The variables of Environment= for the instance of that name. */
  environment(instance?: string): Record<string, string>;
  /** Program and parameters. */
  command: string[];
}

/** The service as it stands in the repository. */
export function readUnit(): Unit {
  const settings = serviceSection(readFileSync(UNIT_FILE, "utf8"));
  const all = (name: string) => settings.get(name) ?? [];
  return {
    all,
    environment: (instance = "") =>
      Object.fromEntries(
        all("Environment")
          .flatMap((line) => line.replaceAll("%i", instance).split(" "))
          .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
      ),
    command: all("ExecStart")[0]?.split(" ") ?? [],
  };
}
