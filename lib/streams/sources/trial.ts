// Trying a source out before it is saved. A stored password is used only where saving would keep it.
import { appendAudit } from "../../audit/append";
import { prisma } from "../../db";
import { AppError } from "../../errors";
import { ProbeError } from "../../probe";
import { Turns } from "../../turns";
import { type Actor, requirePermission } from "../../users/permissions";
import { takeAttempt } from "../../users/throttle";
import type { SourceTest, SourceTrial } from "../source-schema";
import { checkAdmin, readStatus } from "./icecast";
import { mergeSource } from "./merge";
import type { Credentials } from "./request";
import { credentialsOf, readSource } from "./rows";

const TESTS_A_MINUTE = 30;
const AT_ONCE = 4;
const MOST_SHOWN = 50;
const turns = new Turns(AT_ONCE);

/**
 * Asks an Icecast what *Test* shows, within 10 s once its turn has come.
 * @throws AppError unauthenticated, forbidden, not_found, invalid (by field), too_many_requests; never for what the server does
 */
export async function testSource(actor: Actor | null, { id, ...changes }: SourceTrial): Promise<SourceTest> {
  requirePermission(actor, "streams:write");
  const stored = id === undefined ? null : await readSource(prisma(), id);
  if (id !== undefined && !stored) throw new AppError("not_found", "There is no such source of streams.");
  const merged = mergeSource(stored, changes);
  if (!merged) {
    const message = "must be given for this test";
    throw new AppError("invalid", "The source is not valid.", { fields: [{ path: "url", message }] });
  }
  const { url, username, password } = merged;
  const kept = stored && password.is === "stored" ? credentialsOf(stored) : null;
  const given = password.is === "new" && username !== null ? { username, password: password.plain } : kept;
  // Whoever may try any address out could look around in a network: so seldom, and never unseen.
  await takeAttempt(
    [{ key: `stream-source-test:${actor.userId ?? actor.login}`, attempts: TESTS_A_MINUTE }],
    new Date(),
  );
  const result = await turns.run(() => ask(url, given));
  const target = stored && { kind: "stream_source", id: String(stored.id), name: stored.name };
  const details = { url, username, outcome: result.code ?? "success" };
  await prisma().$transaction((transaction) =>
    appendAudit(transaction, actor, { eventType: "stream_source_tested", ...(target && { target }), details }),
  );
  return result;
}

async function ask(url: string, credentials: Credentials | null): Promise<SourceTest> {
  const began = performance.now();
  try {
    const { server, mounts } = await readStatus(url);
    const round_trip_ms = Math.round(performance.now() - began);
    const admin = credentials ? await checkAdmin(url, credentials) : "not_given";
    const shown = mounts.slice(0, MOST_SHOWN).map(({ path, onAir, title, listeners, bitrateKbps, codec }) => ({
      ...{ mount: path, on_air: onAir, title, listeners, bitrate_kbps: bitrateKbps, codec },
    }));
    const message = `${server ?? "Icecast"} answers, with ${mounts.length} ${mounts.length === 1 ? "mount" : "mounts"}.`;
    return { success: true, message, code: null, round_trip_ms, server, mounts: shown, admin };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    const { code, message } = error;
    return { success: false, message, code, round_trip_ms: null, server: null, mounts: [], admin: null };
  }
}
