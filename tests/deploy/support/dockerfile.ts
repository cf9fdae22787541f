// Reads the Dockerfile: its stages and their instructions.
import { readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../../..");

export interface Instruction {
  /** In capitals. */
  name: string;
  text: string;
}

export interface Copy {
  /** The stage it comes from; undefined: the folder of the repository. */
  from: string | undefined;
  sources: string[];
  target: string;
}

/** The instructions of each stage, its FROM first. */
export function readStages(): Instruction[][] {
  const lines = readFileSync(path.join(ROOT, "Dockerfile"), "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replaceAll("\\\n", " ");
  const stages: Instruction[][] = [];
  for (const [, name = "", text = ""] of lines.matchAll(/^([A-Z]+)\s+(.*)$/gm)) {
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, text });
  }
  return stages;
}

/** The texts of a stage's instructions of that name. */
export const textsOf = (stage: readonly Instruction[], name: string): string[] =>
  stage.filter((one) => one.name === name).map(({ text }) => text);

/** What a stage copies. */
export const copiesOf = (stage: readonly Instruction[]): Copy[] =>
  textsOf(stage, "COPY").map((text) => {
    const words = text.split(/\s+/);
    const from = words[0]?.startsWith("--from=") ? words.shift()?.slice("--from=".length) : undefined;
    return { from, sources: words.slice(0, -1), target: words.at(-1) ?? "" };
  });

/** The variables that a stage sets. */
export const variablesOf = (stage: readonly Instruction[]): Record<string, string> =>
  Object.fromEntries(
    textsOf(stage, "ENV")
      .flatMap((text) => text.split(/\s+/))
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );

/** The packages that it takes out after the build. */
export const removedPackages = (stage: readonly Instruction[]): string[] =>
  textsOf(stage, "RUN").flatMap((text) => [...text.matchAll(/dependencies\.(\S+)/g)].map(([, name = ""]) => name));
