// @vitest-environment jsdom
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CHANNEL } from "../../tests/support/channel";
import { LiveProvider } from "./live-provider";
import { useMonitoringWebSocket, useServerSample } from "./use-monitoring-web-socket";

let tell: (type: string, data: unknown) => void;
const sent: unknown[] = [];
const rendered = { badge: 0, a: 0, b: 0, radio: 0 };

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
  Object.assign(rendered, { badge: 0, a: 0, b: 0, radio: 0 });
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

function Radio() {
  rendered.radio += 1;
  const { streams, warnings } = useMonitoringWebSocket();
  return <p data-testid="radio">{`${streams.map(({ listeners }) => listeners).join()} ${warnings.length}`}</p>;
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
  expect(rendered).toEqual({ ...before, a: before.a + 2 });
  page.rerender(
    <LiveProvider>
      <Badge />
      <Machine name="b" />
    </LiveProvider>,
  );
  expect(sent).toContainEqual({ type: "unsubscribe", topics: ["server:a"] });
});

it("renders for a channel only who shows channels", async () => {
  render(
    <LiveProvider>
      <Badge />
      <Radio />
    </LiveProvider>,
  );
  await act(async () => {});
  // Every connection follows them from its beginning.
  expect(sent).toEqual([]);
  tell("snapshot", { stats: { cpu_percent: 1 }, servers: [], channels: [CHANNEL], warnings: [] });
  expect(textOf("radio")).toBe("3 0");
  const before = { ...rendered };
  tell("stream_update", { channel_id: "radio", channel: { ...CHANNEL, listeners: 4 } });
  expect(textOf("radio")).toBe("4 0");
  tell("auto_end_warning", { channel_id: "radio", seconds_remaining: 60, deadline: "2026-01-01T00:01:00.000Z" });
  expect(textOf("radio")).toBe("4 1");
  expect(rendered).toEqual({ ...before, radio: before.radio + 2 });
});

it("says plainly that a provider is missing", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  expect(() => render(<Badge />)).toThrow("LiveProvider");
});
