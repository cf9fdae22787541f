// `npm run audit:verify [-- --expect <id>:<mac>]`: checks every entry of the audit log. Exit code 0 if it holds, else 1.
import type { Link } from "../lib/audit/anchor";
import { verifyAgainst } from "../lib/audit/verification";
import type { ChainReport, ProblemKind } from "../lib/audit/verify";
import { visitDatabase } from "../lib/first-start/visit";
import { StartError } from "../lib/start-error";

const MEANING: Readonly<Record<ProblemKind, string>> = {
  changed: "was changed, or written without the key",
  gap: "does not follow the entry before it: something was removed, added or moved there",
  cut: "was signed as the newest entry: entries behind or up to it are missing, or one was added",
  anchor: "stands where a signature of this Dozor is missing or wrong",
  rolled_back: "was once noted as the newest entry, and is not in the log",
};

/** The links behind each `--expect`, as an hourly line of the process log gives them. */
function expectedLinks(parameters: readonly string[]): Link[] {
  return parameters.flatMap((parameter, index) => {
    if (parameter !== "--expect" && !parameter.startsWith("--expect=")) {
      if (parameters[index - 1] === "--expect") return [];
      throw new StartError(`${parameter} means nothing here. Usage: npm run audit:verify [-- --expect <id>:<mac>]`);
    }
    const text = parameter.slice("--expect=".length) || parameters[index + 1] || "";
    const [, id, mac] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text) ?? [];
    if (id === undefined || mac === undefined)
      throw new StartError("--expect takes the number of an entry, a colon and 64 hexadecimal digits.");
    return [{ id: BigInt(id), mac: Buffer.from(mac, "hex") }];
  });
}

function tell({ entries, newest, problemCount, problems }: ChainReport): void {
  const at = newest ? `, newest ${newest.id}:${Buffer.from(newest.mac).toString("hex")}` : "";
  if (problemCount === 0) console.log(`The audit log holds: ${entries} entries${at}`);
  for (const { kind, id } of problems) console.error(`${kind}: entry ${id} ${MEANING[kind]}`);
  if (problemCount === 0) return;
  if (problemCount > problems.length) console.error(`… and ${problemCount - problems.length} more`);
  console.error(`The audit log does not hold: ${problemCount} problems in ${entries} entries${at}`);
  console.error("Entries that were written under another AUTH_SECRET count as changed.");
}

try {
  const expected = expectedLinks(process.argv.slice(2));
  const report = await visitDatabase(() => verifyAgainst(expected));
  tell(report);
  process.exitCode = report.problemCount === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
