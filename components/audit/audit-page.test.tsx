// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AUDIT_EVENT_TYPES, type AuditItem } from "@/lib/audit/schema";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import { AuditTable } from "./audit-table";
import { detailLines } from "./detail-lines";
import { VerifyChain } from "./verify-chain";

afterEach(cleanup);

const show = (children: ReactNode, locale: "en" | "ru" = "en") =>
  render(
    <NextIntlClientProvider locale={locale} messages={locale === "en" ? en : ru} timeZone="UTC">
      {children}
    </NextIntlClientProvider>,
  );

const ITEM: AuditItem = {
  ...{ id: 7, timestamp: "2026-11-22T10:00:00.000Z", event_type: "settings_update", actor: "anna", username: "anna" },
  ...{ jti: null, session_id: null, ip_address: "192.0.2.7", user_agent: "Firefox" },
  ...{ target_kind: "settings", target_id: "settings", target_name: "Settings" },
  details: { collect_interval: { old: 15, new: 30 }, note: "why" },
};

describe("event types", () => {
  it.each(AUDIT_EVENT_TYPES)("%s has a name in both languages", (type) => {
    for (const { audit } of [en, ru]) expect(Object.hasOwn(audit.event, type)).toBe(true);
  });

  it("stand as they were written where they have none", () => {
    show(<AuditTable items={[ITEM, { ...ITEM, id: 8, event_type: "zebra_painted" }]} />, "ru");
    expect(screen.getByText("Настройки изменены")).toBeTruthy();
    expect(screen.getByText("zebra_painted")).toBeTruthy();
  });
});

describe("details", () => {
  it("name only what differs inside of an object", () => {
    const pair = (warning: number) => ({ cpu_percent: { warning, critical: 90 }, ram_percent: { warning: 70 } });
    expect(detailLines({ thresholds: { old: pair(70), new: pair(60) }, entries: 3, new: null })).toEqual([
      ["thresholds.cpu_percent.warning", { old: 70, new: 60 }],
      ["entries", 3],
      ["new", null],
    ]);
    expect(detailLines({ labels: { old: { a: 1 }, new: { b: 2 } } })).toEqual([
      ["labels.a", { old: 1, new: null }],
      ["labels.b", { old: null, new: 2 }],
    ]);
  });

  it("say what was changed from what to what, and by which program", () => {
    show(<AuditTable items={[ITEM]} />);
    const details = within(screen.getByRole("table")).getByRole("group");
    expect(details.textContent).toContain("15 → 30");
    expect(details.textContent).toContain("note:why");
    expect(details.textContent).toContain("Program:Firefox");
  });
});

describe("the chain", () => {
  const verify = (data: object) => vi.fn(async () => ({ ok: true as const, data: data as never }));

  it("is verified when asked", async () => {
    show(<VerifyChain verify={verify({ entries: 1_204, newest: 1_300, problemCount: 0, problems: [] })} />);
    fireEvent.click(screen.getByRole("button", { name: "Verify" }));
    expect(await screen.findByText("Chain verified: 1,204 entries, newest 1,300")).toBeTruthy();
  });

  it("says where it does not hold", async () => {
    const problems = [{ kind: "gap", id: 5 }];
    show(<VerifyChain verify={verify({ entries: 9, newest: 9, problemCount: 1, problems })} />);
    fireEvent.click(screen.getByRole("button", { name: "Verify" }));
    expect(await screen.findByText("The chain does not hold: 1 problem")).toBeTruthy();
    expect(screen.getByText("Before entry 5 something was removed, added or moved")).toBeTruthy();
  });
});
