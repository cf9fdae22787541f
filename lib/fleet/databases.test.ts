import { expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { pool } from "../db";
import { type Actor, systemActor } from "../users/permissions";
import { databasesOf } from "./databases";

useDatabase();
const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };

it("tells databases that exist and those that are gone, and how each one's series are labelled", async () => {
  const [id, other] = [await createServerRow("shop"), await createServerRow("other")];
  await pool().query(
    `INSERT INTO server_databases (subject, oid, name, owner, encoding, created_at, first_seen_at, dropped_at) VALUES
       ($1, 4000000000, 'shop', 'ann', 'UTF8', '2026-01-02T03:04:05Z', '2026-02-01', NULL),
       ($1, 16384, 'shop', 'ann', 'UTF8', NULL, '2026-01-01', '2026-02-01'),
       ($1, 16385, 'mail', NULL, NULL, NULL, '2026-01-01', '2026-01-03'),
       ($2, 16386, 'web', NULL, NULL, NULL, '2026-01-01', NULL)`,
    [id, other],
  );
  const found = await databasesOf(viewer, id);
  expect(found.map(({ oid, exists, labels }) => ({ oid, exists, labels }))).toEqual([
    { oid: 16385, exists: false, labels: { database: "mail" } },
    { oid: 4_000_000_000, exists: true, labels: { database: "shop" } },
    { oid: 16384, exists: false, labels: { database: "shop", oid: "16384" } },
  ]);
  expect(found[1]).toMatchObject({ owner: "ann", created_at: "2026-01-02T03:04:05.000Z", dropped_at: null });
  await expect(databasesOf(null, id)).rejects.toMatchObject({ code: "unauthenticated" });
});
