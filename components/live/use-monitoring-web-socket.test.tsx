// @vitest-environment jsdom
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LiveProvider } from "./live-provider";
import { useMonitoringWebSocket, useServerSample } from "./use-monitoring-web-socket";

let tell: (type: string, data: unknown) => void;
const sent: unknown[] = [];
const rendered = { badge: 0, a: 0, b: 0 };

class PipedSocket {
  static readonly OPEN = 1;
  static readonly CONNECTING = 0;
  readyState = 1;
  onopen = () => {};
  onmessage = (_: { data: unknown }) => {};
  onclose = () => {};
  constructor(readonly address: string) {
    tell = (type, data) => act(() => this.onmessage({ data: JSON.stringify({ type, timestamp: "", seq: 1, data }) }));
    queueMicrotask(() => this.onopen());
  }
  send(text: string): void {
    sent.push(JSON.parse(text));
  }
  close(): void {}
}

beforeEach(() => {
  vi.stubGlobal("WebSocket", PipedSocket);
  sent.length = 0;
  Object.assign(rendered, { badge: 0, a: 0, b: 0 });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Badge() {
  rendered.badge += 1;
  const { state, stats } = useMonitoringWebSocket();
  return <p data-testid="badge">{`${state} ${stats?.cpu_percent ?? "-"}`}</p>;
}

function Machine({ name }: { name: "a" | "b" }) {
  rendered[name] += 1;
  const sample = useServerSample(name);
  return <p data-testid={name}>{String(sample?.probes.cpu?.data ?? "-")}</p>;
}

const cpu = (server: string, data: number) => ({ server, probes: { cpu: { ts: "", data } } });
const textOf = (id: string) => screen.getByTestId(id).textContent;

it("renders for a sample only who follows that server", async () => {
  const page = render(
    <LiveProvider>
      <Badge />
      <Machine name="a" />
      <Machine name="b" />
    </LiveProvider>,
  );
  await act(async () => {});
  expect(sent).toEqual([{ type: "subscribe", topics: ["server:a", "server:b"] }]);
  expect(textOf("badge")).toBe("reconnecting -");
  tell("stats", { cpu_percent: 12, broadcast_interval_seconds: 5 });
  expect(textOf("badge")).toBe("live 12");
  const before = { ...rendered };
  tell("sample", cpu("a", 1));
  tell("sample", cpu("a", 2));
  expect([textOf("a"), textOf("b")]).toEqual(["2", "-"]);
  expect(rendered).toEqual({ badge: before.badge, a: before.a + 2, b: before.b });
  page.rerender(
    <LiveProvider>
      <Badge />
      <Machine name="b" />
    </LiveProvider>,
  );
  expect(sent).toContainEqual({ type: "unsubscribe", topics: ["server:a"] });
});

it("says plainly that a provider is missing", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  expect(() => render(<Badge />)).toThrow("LiveProvider");
});
