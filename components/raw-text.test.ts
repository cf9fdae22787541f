import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSync } from "vite";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
/** Attributes that people see or hear. */
const SPOKEN = /^(title|label|alt|placeholder|description|content|aria-(label|description|roledescription|valuetext))$/;
/** Names and keys, the same in every language. */
const UNIVERSAL = /^(Dozor|Esc|404|UTC|K|B|G)$/;

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** What stands in the source as text for people, by file and line. */
function rawTexts(file: string, source: string): string[] {
  const found: string[] = [];
  const note = (node: Node, text: unknown) => {
    const words = String(text).match(/\p{L}{1,}/gu) ?? [];
    if (words.every((word) => UNIVERSAL.test(word))) return;
    found.push(`${file}:${source.slice(0, node.start).split("\n").length} ${String(text).trim()}`);
  };
  const texts = (node: unknown): void => {
    if (!isNode(node)) return;
    if (node.type === "Literal" && typeof node.value === "string") note(node, node.value);
    if (node.type === "TemplateLiteral") {
      for (const quasi of node.quasis as Node[]) note(node, (quasi.value as { cooked: string }).cooked);
    }
    if (node.type === "ConditionalExpression") for (const branch of [node.consequent, node.alternate]) texts(branch);
    if (node.type === "LogicalExpression") texts(node.right);
    if (node.type === "JSXExpressionContainer") texts(node.expression);
  };
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (!isNode(value)) return;
    if (value.type === "JSXText") note(value, value.value);
    if (value.type === "JSXElement" || value.type === "JSXFragment") {
      for (const child of value.children as Node[]) if (child.type === "JSXExpressionContainer") texts(child);
    }
    if (value.type === "JSXAttribute" && SPOKEN.test(String((value.name as Node).name))) texts(value.value);
    for (const field of Object.values(value)) if (typeof field === "object") walk(field);
  };
  walk(parseSync(file, source).program);
  return found;
}

it("finds text that is written straight into a component", () => {
  const source = `export const A = () => <p title="Hint" className="flex">Hello {"Dozor"} {ok ? "yes" : t("no")} {\`\${n} items\`}</p>;`;
  expect(rawTexts("a.tsx", source).map((text) => text.split(" ").slice(1).join(" "))).toEqual([
    "yes",
    "items",
    "Hint",
    "Hello",
  ]);
});

it("no page and no component holds text of its own: it belongs into messages/*.json", () => {
  const files = ["app", "components"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".tsx") && !name.endsWith(".test.tsx"))
      .map((name) => `${folder}/${name}`),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(files.flatMap((file) => rawTexts(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
});
