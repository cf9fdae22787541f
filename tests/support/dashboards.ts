// The dashboards of config/monitoring as Grafana reads them, and which metrics a query of theirs names.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const GRAFANA_FOLDER = path.resolve(import.meta.dirname, "../../config/monitoring/grafana");
const FOLDER = path.join(GRAFANA_FOLDER, "dashboards");

interface DataSource {
  type: string;
  uid: string;
}

interface Target {
  refId: string;
  expr: string;
  legendFormat: string;
  datasource: DataSource;
  instant: boolean;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  datasource?: DataSource;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
  transformations?: { id: string; options: { indexByName?: Record<string, number> } }[];
  panels?: unknown[];
}

interface Variable {
  name: string;
  type: string;
  definition?: string;
  datasource?: DataSource;
}

export interface Dashboard {
  /** Name of its file without `.json`. */
  name: string;
  uid: string;
  title: string;
  tags: string[];
  panels: Panel[];
  templating: { list: Variable[] };
}

/** All of them, by file name. */
export function dashboards(): Dashboard[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => ({
    ...(JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")) as Dashboard),
    name: path.basename(file, ".json"),
  }));
}

/** A query of a panel, and where it stands. */
export interface PanelQuery {
  place: string;
  /** As Grafana would send it for all servers, databases and channels. */
  query: string;
  /** What its legend or its table shows of a series. */
  labels: string[];
}

const FILLED: Readonly<Record<string, string>> = { __rate_interval: "1m", server: ".*", datname: ".*", channel: ".*" };

/** @throws Error on a variable that Grafana would not know */
function filled(text: string): string {
  return text.replace(/\$\{?(\w+)\}?/g, (variable, name: string) => {
    const value = FILLED[name];
    if (value === undefined) throw new Error(`${variable} is no variable`);
    return value;
  });
}

/** Every query of every panel and variable. */
export function panelQueries(): PanelQuery[] {
  return dashboards().flatMap(({ name, panels, templating }) => [
    ...panels.flatMap((panel) =>
      (panel.targets ?? []).map((target) => ({
        place: `${name}: ${panel.title} ${target.refId}`,
        query: filled(target.expr),
        labels: [...legendOf(target), ...columnsOf(panel)],
      })),
    ),
    ...templating.list.flatMap((variable) => {
      const [, of, label] = /^label_values\((.+),\s*(\w+)\)$/.exec(variable.definition ?? "") ?? [];
      if (of === undefined || label === undefined) return [];
      return [{ place: `${name}: $${variable.name}`, query: filled(of), labels: [label] }];
    }),
  ]);
}

const legendOf = ({ legendFormat }: Target): string[] =>
  [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].flatMap(([, label]) => label ?? []);

const columnsOf = ({ transformations = [] }: Panel): string[] =>
  transformations.flatMap(({ options }) => Object.keys(options.indexByName ?? {}));

const KEYWORDS = new Set(["and", "or", "unless", "bool", "offset", "inf", "nan", "start", "end"]);
const LABEL_LISTS = /\b(?:by|without|on|ignoring|group_left|group_right)\b\s*(?:\([^)]*\))?/gi;

/** Names of metrics in PromQL: what is no function, label, duration or keyword. Pure. */
export function metricsOf(query: string): string[] {
  const bare = query
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replace(LABEL_LISTS, " ");
  const words = [...bare.matchAll(/(?<![\w:.])[a-z_:][\w:]*(?!\w|\s*\()/gi)].map(([word]) => word);
  return [...new Set(words.filter((word) => !KEYWORDS.has(word.toLowerCase())))];
}
