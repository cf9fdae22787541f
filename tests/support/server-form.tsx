// The dialog of a server with everything beyond the browser replaced: server actions, the API, Next.
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, vi } from "vitest";
import type { ServerActions, FormData as Start } from "@/components/server-form/server-actions";
import { ServerDialog } from "@/components/server-form/server-dialog";
import type { ServerConfig } from "@/lib/fleet/input-schema";
import type { PostgresTest, SshTest } from "@/lib/fleet/test-schema";
import en from "@/messages/en.json";

/** Stands in for `fetch`. */
export const fetched = vi.fn();

/** To be called once by a file of tests. */
export function prepare(): void {
  // A busy machine takes its time.
  configure({ asyncUtilTimeout: 10_000 });
  beforeEach(() => {
    fetched.mockReset();
    vi.stubGlobal("fetch", fetched);
    vi.stubGlobal(
      "ResizeObserver",
      class {
        observe() {}
        unobserve() {}
        disconnect() {}
      },
    );
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });
}

export const t = en.serverForm;
export const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGQ0b2Rvem9yZG96b3Jkb3pvcmRvem9yZG96b3I";
export const OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV2aWxldmlsZXZpbGV2aWxldmlsZXZpbGV2aWw";
export const config: ServerConfig = {
  ...{ name: "orders", host: "db.example.net", port: 5432, user: "dozor", database: "postgres" },
  ...{ sslmode: "verify-full", ca: null, has_password: true, host_kind: "ssh", ssh_host: null, ssh_port: 22 },
  ...{ ssh_user: "watch", ssh_auth_type: "password", ssh_key_id: null, has_ssh_password: true },
  ...{ has_ssh_key_passphrase: false, ssh_host_keys: [HOST_KEY], enabled: true, labels: {}, intervals: {} },
};
const intervals = { collect_interval: 15, size_update_interval: 1_800, db_check_interval: 1_800 };
export const added: Start = { stored: null, intervals, keys: [] };
export const edited: Start = {
  stored: { config, etag: '"tag"', fingerprints: { [HOST_KEY]: "SHA256:old" } },
  intervals,
  keys: [],
};

export const ok = <Data,>(data: Data) => ({ ok: true as const, data });
export const refused = (code: string, fields: object[] = []) =>
  ({ ok: false, error: { code, message: "no", fields } }) as never;
export const answer = (body: object, status = 200) => new Response(JSON.stringify(body), { status });

export const postgres: PostgresTest = {
  ...{ success: true, message: "Connected.", code: null, round_trip_ms: 12, version: "17.7", version_number: 170_007 },
  ...{ in_recovery: false, pooled: false, connections: { active: 14, idle: 52, max: 200 } },
  tls: { protocol: "TLSv1.3", cipher: "AES_256_GCM", verified: "name" },
  privileges: [
    { name: "pg_monitor", granted: true, lost: null },
    { name: "pg_signal_backend", granted: false, lost: "sessions" },
  ],
  probes: [{ probe: "instance", ok: true, ms: 2, reason: null }],
  grant_script: "GRANT pg_signal_backend TO dozor;",
  cost: { queries_per_min: 26, ms_per_min: 14, connections: 2 },
};
export const key = (line: string, fingerprint: string) => ({ type: "ssh-ed25519", fingerprint, key: line });
export const ssh: SshTest = {
  ...{ success: false, message: "Not confirmed yet.", code: "ssh_host_key", round_trip_ms: 3, system: null },
  ...{ host_key: key(OTHER_KEY, "SHA256:new"), host_key_state: "unknown", expected: [] },
};

export function show(start: Start, given: Partial<ServerActions> = {}) {
  const actions = {
    load: vi.fn(async () => ok(start)),
    create: vi.fn(async () => ok({ name: "reports" })),
    update: vi.fn(async () => ok({ name: "orders" })),
    ...{ remove: vi.fn(), hostKeys: vi.fn(), run: vi.fn(), setEnabled: vi.fn() },
    ...given,
  } as unknown as { [Name in keyof ServerActions]: ReturnType<typeof vi.fn> };
  const handlers = { onClose: vi.fn(), onSaved: vi.fn() };
  render(
    <NextIntlClientProvider locale="en" messages={en}>
      <ServerDialog start={start} actions={actions as unknown as ServerActions} {...handlers} />
    </NextIntlClientProvider>,
  );
  return { actions, ...handlers };
}

export const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
export const type = (label: string, value: string) => fireEvent.change(field(label), { target: { value } });
/** Asking for roles takes jsdom long in a form of this size. */
export const buttonOf = (name: string) => {
  const named = (button: HTMLButtonElement) => button.ariaLabel === name || button.textContent?.startsWith(name);
  const found = [...document.querySelectorAll("button")].find(named);
  if (!found) throw new Error(`There is no button ${name}`);
  return found;
};
export const press = (name: string) => fireEvent.click(buttonOf(name));
export const goTo = (title: string) => fireEvent.click(screen.getByText(title));
export const step = () => document.querySelector("[aria-current=step]")?.textContent ?? "";
export const sent = (call = 0) => JSON.parse(fetched.mock.calls[call]?.[1].body);
export const noteOf = (label: string) =>
  document.getElementById(field(label).getAttribute("aria-describedby") ?? "")?.textContent;

export function fill() {
  type(t.fields.name, "reports");
  type(t.fields.host, "reports.example.net");
  type(t.fields.user, "dozor");
}
