// @vitest-environment jsdom
import { cleanup, render } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, describe, expect, it } from "vitest";
import type { Health } from "@/lib/health/schema";
import messages from "@/messages/en.json";
import { SelfCard } from "./self-card";

const health: Health = {
  status: "healthy",
  version: "0.1.0",
  uptime_seconds: 60,
  timestamp: "2026-01-01T00:00:00.000Z",
  dependencies: [{ name: "database", status: "healthy", latency_ms: 0.4, message: "answers" }],
  pools_count: 1,
};

function shown(samples: { waiting: number; lost: number }): string {
  const { container } = render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <SelfCard
        health={health}
        cost={{ cpuPercent: 1, memoryBytes: 1_048_576 }}
        samples={samples}
        asOf={Date.parse(health.timestamp)}
      />
    </NextIntlClientProvider>,
  );
  return container.textContent ?? "";
}

describe("SelfCard", () => {
  afterEach(cleanup);

  it("says nothing of samples that are where they belong", () => {
    expect(shown({ waiting: 0, lost: 0 })).not.toContain("Samples");
  });

  it("says how many wait for the database and how many were lost", () => {
    expect(shown({ waiting: 12_345, lost: 0 })).toContain("12,345 wait to be written");
    expect(shown({ waiting: 1, lost: 2_000 })).toContain("1 waits to be written, 2,000 lost in 24 h");
  });
});
