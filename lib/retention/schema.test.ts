import { describe, expect, it } from "vitest";
import { configChangesSchema, policyChangesOf, retentionChangesSchema } from "./schema";

describe("what may be changed", () => {
  it("is any subset, in the older spelling too; what is read-only is passed over, what is unknown is named", () => {
    expect(configChangesSchema.parse({})).toEqual({});
    expect(configChangesSchema.parse({ downsample_interval: "1 hour" })).toEqual({ downsample_interval: "1h" });
    const whole = { id: 9, created_at: "then", retention_days: 5, current_data_size_mb: "much", oldest_record: null };
    expect(policyChangesOf(retentionChangesSchema.parse(whole))).toEqual({ retention_days: 5 });
    for (const schema of [configChangesSchema, retentionChangesSchema]) {
      const failed = schema.safeParse({ retention_days: 5, retention_day: 4 });
      expect(failed.error?.issues[0]?.message).toContain('"retention_day"');
    }
  });
});
