import { expect, it } from "vitest";
import { z } from "zod";
import { useDatabase } from "../../tests/support/database";
import { endpoint } from "./endpoint";

useDatabase();

it("takes 16 KiB of whoever need not sign in", async () => {
  const open = endpoint({ summary: "Open", allow: "public", body: z.object({}), run: () => undefined });
  const asked = async (size: number) => {
    const headers = { "content-type": "application/json" };
    const body = `${" ".repeat(size - 2)}{}`;
    return (await open(new Request("http://localhost/api/open", { method: "POST", headers, body }))).status;
  };
  expect(await asked(16_384)).toBe(204);
  expect(await asked(16_385)).toBe(413);
});
