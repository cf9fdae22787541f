// What people copy from the documentation, so that tests run exactly that.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDERS = [".", "docs", "config/monitoring"];
/** Stands right under a block that no test runs, for readers to see. */
const NOT_RUN = /^Not run in our tests\b/;

export interface Block {
  /** Path in the repository. */
  file: string;
  /** Where it begins, counted from 1. */
  line: number;
  /** `sh`, `sql`, …; empty where the fence names none. */
  language: string;
  text: string;
  /** The text says that no test runs it. */
  notRun: boolean;
}

/** README.md, docs/*.md and their like. */
export function documents(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(".md") ? join(folder, name) : [])),
  );
}

export const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** The fenced blocks of a document in their order. */
export function blocksOf(file: string): Block[] {
  const lines = read(file).split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = "", language] = /^(\s*)```(.*)$/.exec(lines[at] ?? "") ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf(`${indent}\`\`\``, at + 1);
    if (end < 0) throw new Error(`${file}:${at + 1}: the block has no end`);
    const text = lines.slice(at + 1, end).map((line) => line.replace(indent, ""));
    const after = lines.slice(end + 1).find((line) => line.trim() !== "") ?? "";
    blocks.push({ file, line: at + 1, language, text: text.join("\n"), notRun: NOT_RUN.test(after.trim()) });
    at = end;
  }
  return blocks;
}

/**
 * The one block of a document that holds these words, to be run by a test; tests/docs.test.ts looks for these calls.
 * @param places what stands for the reader's own, and what the test puts there; each must occur
 */
export function documented(file: string, words: string, places: Readonly<Record<string, string>> = {}): string {
  const found = blocksOf(file).filter(({ text }) => text.includes(words));
  const [block, another] = found;
  if (!block || another) throw new Error(`${file} has ${found.length} blocks with: ${words}`);
  return Object.entries(places).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${file}:${block.line} does not say: ${from}`);
    return text.replaceAll(from, () => to);
  }, block.text);
}
