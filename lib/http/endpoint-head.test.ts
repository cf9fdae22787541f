import { describe, expect, it } from "vitest";
import { TEST_ENVIRONMENT } from "../../tests/support/database";
import { provideEnv } from "../env";
import { endpoint } from "./endpoint";

provideEnv({ DATABASE_URL: "postgresql://localhost:1/none", ...TEST_ENVIRONMENT });

describe("endpoint asked by HEAD", () => {
  it("gets status and headers, and stops whatever would make the body", async () => {
    let cancelled = false;
    const stream = endpoint({
      summary: "Streams",
      allow: "public",
      run: () =>
        new Response(
          new ReadableStream({
            cancel() {
              cancelled = true;
            },
          }),
          { headers: { "content-type": "text/csv" } },
        ),
    });
    const response = await stream(new Request("http://localhost/api/stream", { method: "HEAD" }));
    expect([response.status, response.headers.get("content-type"), response.body]).toEqual([200, "text/csv", null]);
    expect(cancelled).toBe(true);
  });
});
