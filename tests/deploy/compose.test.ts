// compose.yaml, read as Compose reads it: nothing here starts a container.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readEnv } from "@/lib/env";
import manifest from "../../package.json";
import { readStages, textsOf } from "./support/dockerfile";

interface Service {
  image: string;
  restart: string;
  ports?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  secrets?: { source: string; target: string }[];
  command?: string[];
  healthcheck?: { test: string[] };
  profiles?: string[];
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
  secrets: Record<string, { environment: string }>;
}

const read = (file: string) => readFileSync(file, "utf8");
const text = read("compose.yaml");
const { services, volumes, secrets } = parse(text, { merge: true }) as Compose;
const all = Object.entries(services);
const of = (name: string) => services[name] ?? expect.fail(`no service ${name}`);
const mounts = all.flatMap(([service, { volumes = [] }]) =>
  volumes.map((line) => {
    const [source = "", target = "", mode = "rw"] = line.split(":");
    return { service, source, target, mode };
  }),
);
const bound = mounts.filter(({ source }) => source.startsWith("./"));

/** Where a file of a container comes from in the repository. */
function sourceOf(service: string, file: string): string | undefined {
  const mount = bound.find(({ service: of, target }) => of === service && `${file}/`.startsWith(`${target}/`));
  return mount && path.join(mount.source, path.relative(mount.target, file));
}

/** ${NAME}, ${NAME:-default} and ${NAME:?message}; what is required and missing throws. */
function interpolate(value: string, given: Record<string, string>): string {
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, rest) => {
    if (given[name]) return given[name];
    if (kind === "?") throw new Error(`${name} ${rest}`);
    return rest ?? "";
  });
}

const SECRETS = {
  POSTGRES_PASSWORD: "5d0cf1a4b7e83926aa10",
  AUTH_SECRET: "wq8Zr2LmNx0cVb7Tg5Hy3Jk9Pd1Sf4Qa6",
  ENCRYPTION_KEYS: "1:Kd8Jw2Zs0Xq5Vn7Bm3Lh9Tg1Rf4Cy6Pe2",
  METRICS_TOKEN: "Tn4Hb8Wc2Zq6Xs0Vd5Mg9Lk3Jf7Rp1Yu8",
  GRAFANA_PASSWORD: "quiet-lamp-9",
};

it("brings what Dozor works with, and nothing else", () => {
  expect(Object.keys(services).sort()).toEqual(["alertmanager", "dozor", "grafana", "postgres", "prometheus"]);
  expect(of("dozor").image).toBe(`dozor:${manifest.version}`);
});

describe.each(all.filter(([name]) => name !== "dozor"))("%s", (_, service) => {
  it("is of a pinned version, watched, and started again", () => {
    expect(service.image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
    expect(service.healthcheck?.test[0]).toBe("CMD");
    expect(service.restart).toBe("unless-stopped");
  });
});

it("watches Dozor as its image says", () => {
  expect(of("dozor").healthcheck).toBeUndefined();
  expect(textsOf(readStages().at(-1) ?? [], "HEALTHCHECK")).toHaveLength(1);
});

it("opens ports to this machine only", () => {
  expect(all.flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))).toEqual([
    ["dozor", "127.0.0.1:3000:3000"],
    ["grafana", "127.0.0.1:3001:3000"],
  ]);
});

describe("secrets", () => {
  it("come from outside, and are asked for when they are missing", () => {
    for (const [, { environment = {} }] of all) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|TOKEN|KEYS|DATABASE_URL/.test(name)) expect(value, name).toContain("${");
      }
    }
    for (const name of Object.keys(SECRETS)) {
      const rest: Record<string, string> = { ...SECRETS, [name]: "" };
      expect(() => interpolate(text, rest), name).toThrow(`${name} is missing`);
    }
  });

  it("are named in .env.example", () => {
    const known = read(".env.example");
    const names = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const files = Object.values(secrets).map(({ environment }) => environment);
    for (const name of [...names, ...files]) expect(known, name).toMatch(new RegExp(`^#?${name}=`, "m"));
  });
});

it("gives Dozor an environment that it takes, with variables that it knows", () => {
  const variables = Object.entries(of("dozor").environment ?? {});
  const known = read("lib/env.ts");
  for (const [name] of variables) expect(known, name).toMatch(new RegExp(`^  ${name}: `, "m"));
  const values = variables.map(([name, value]) => [name, interpolate(value, SECRETS)]);
  const { problems, values: taken } = readEnv(Object.fromEntries(values));
  expect(problems).toEqual([]);
  expect(taken?.DATABASE_URL).toBe(`postgresql://dozor:${SECRETS.POSTGRES_PASSWORD}@postgres:5432/dozor`);
});

describe("what is mounted", () => {
  it("is declared, and each store is used once", () => {
    const named = mounts.filter(({ source }) => !source.startsWith("./")).map(({ source }) => source);
    expect(named.sort()).toEqual(Object.keys(volumes).sort());
  });

  it("is in the repository, or written by the command that the docs name, and cannot be changed", () => {
    for (const { source, mode } of bound) {
      expect(mode, source).toBe("ro");
      if (path.basename(source) !== "rendered") expect(existsSync(source), source).toBe(true);
    }
    const rendered = bound.find(({ source }) => source.endsWith("rendered"))?.source ?? "";
    expect(read("scripts/monitoring-render.mjs")).toContain(path.normalize(rendered));
  });
});

describe("Prometheus", () => {
  interface Discovery {
    file_sd_configs: { files: string[] }[];
  }
  interface Prometheus {
    rule_files: string[];
    alerting: { alertmanagers: Discovery[] };
    scrape_configs: (Discovery & { authorization: { credentials_file: string } })[];
  }
  const config = parse(read("config/monitoring/prometheus/prometheus.yml")) as Prometheus;
  const found = [...config.alerting.alertmanagers, ...config.scrape_configs];
  const inside = (file: string) => path.join("/etc/prometheus", file);

  it("reads the file that is mounted, with its rules and its token", () => {
    expect(of("prometheus").command).toContain("--config.file=/etc/prometheus/prometheus.yml");
    for (const file of ["prometheus.yml", ...config.rule_files])
      expect(sourceOf("prometheus", inside(file))).toBe(path.join("config/monitoring/prometheus", file));
    const tokens = new Set(config.scrape_configs.map(({ authorization }) => inside(authorization.credentials_file)));
    expect([...tokens]).toEqual(of("prometheus").secrets?.map(({ target }) => target));
  });

  it("finds services by their names in files of the same names as on a machine", () => {
    expect(readdirSync("deploy/targets")).toEqual(readdirSync("config/monitoring/prometheus/targets"));
    const files = found.flatMap(({ file_sd_configs }) => file_sd_configs.flatMap(({ files }) => files));
    const addresses = files.flatMap((file) => {
      const source = sourceOf("prometheus", inside(file)) ?? expect.fail(`${file} is not mounted`);
      return (parse(read(source)) as { targets: string[] }[]).flatMap(({ targets }) => targets);
    });
    expect(addresses.sort()).toEqual(["alertmanager:9093", "dozor:3000", "dozor:3000"]);
  });
});

it("gives Alertmanager the folder of its configuration", () => {
  expect(of("alertmanager").command).toContain("--config.file=/etc/alertmanager/alertmanager.yml");
  expect(sourceOf("alertmanager", "/etc/alertmanager/alertmanager.yml")).toBeDefined();
  // Without that folder it could not start: it waits until somebody asks for it.
  expect(of("alertmanager").profiles).toEqual(["alerts"]);
});

it("gives Grafana its dashboards where its configuration looks for them, and Prometheus' address", () => {
  const folder = "config/monitoring/grafana/provisioning";
  const { providers } = parse(read(`${folder}/dashboards/dozor.yml`)) as { providers: { options: { path: string } }[] };
  for (const { options } of providers)
    expect(sourceOf("grafana", options.path)).toBe("config/monitoring/grafana/dashboards");
  expect(sourceOf("grafana", "/etc/grafana/provisioning/datasources")).toBe(`${folder}/datasources`);
  const { datasources } = parse(read(`${folder}/datasources/prometheus.yml`)) as { datasources: { url: string }[] };
  for (const { url } of datasources)
    expect(of("grafana").environment).toHaveProperty(url.slice(1), "http://prometheus:9090");
});
