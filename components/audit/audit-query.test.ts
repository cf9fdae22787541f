import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auditQuerySchema } from "@/lib/audit/schema";
import { auditFile, auditHref, auditQueryOf, offeredTypes, parseAuditQuery } from "./audit-query";

const NONE = parseAuditQuery({});

describe("the audit page's address", () => {
  it("asks for everything when it says nothing", () => {
    expect(auditQueryOf(NONE)).toEqual({ limit: 50, offset: 0 });
    expect(auditHref(NONE)).toBe("/admin/audit");
  });

  it("keeps filters on the way to another page, and begins anew with another filter", () => {
    const query = parseAuditQuery({ username: "anna", date_from: "2026-11-01", page: "3" });
    expect(auditQueryOf(query)).toEqual({ username: "anna", date_from: "2026-11-01", limit: 50, offset: 100 });
    expect(auditHref(query, { page: 4 })).toBe("/admin/audit?username=anna&date_from=2026-11-01&page=4");
    expect(auditHref(query, { username: "" })).toBe("/admin/audit?date_from=2026-11-01");
    expect(auditFile(query)).toBe("/api/audit/sessions?username=anna&date_from=2026-11-01&format=csv");
  });

  it("offers a type of which it knows nothing when the address names it", () => {
    expect(offeredTypes("zebra").at(-1)).toBe("zebra");
    expect(offeredTypes("logout")).toEqual(offeredTypes(""));
  });

  it("never asks what the log refuses", () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.constantFrom("2026-11-22", "3", "-1", "1e3", "\0a"));
    const params = fc.dictionary(
      fc.constantFrom("username", "event_type", "date_from", "date_to", "ip", "page"),
      value,
    );
    fc.assert(
      fc.property(params, (given) => {
        const { event_type, ...query } = auditQueryOf(parseAuditQuery(given));
        const asked = { ...query, ...(event_type && { event_type: event_type.join() }) };
        expect(auditQuerySchema.safeParse(asked).success).toBe(true);
      }),
    );
  });
});
