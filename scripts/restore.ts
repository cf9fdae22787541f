// `npm run restore -- <file>`: a backup into an empty DATA_DIR, or into the empty database that DATABASE_URL names.
import path from "node:path";
import { restoreBackup } from "../lib/backup/restore";
import { explainFailure, progressLine } from "../lib/backup/tell";

const USAGE = "Usage: npm run restore -- <file>";

const [file, strange] = process.argv.slice(2);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stopping.abort(new Error("The restore was stopped. Nothing was restored.")));

const { onProgress, clear } = progressLine(process.stderr);
try {
  if (file === undefined || strange !== undefined || file.startsWith("-")) throw explainFailure(USAGE);
  const done = await restoreBackup({
    file: path.resolve(process.env.INIT_CWD ?? ".", file),
    onProgress,
    signal: stopping.signal,
  });
  clear();
  console.log(
    `Restored the backup of ${done.createdAt} into ${done.directory ?? "the database of DATABASE_URL"}: ${done.rows} rows.`,
  );
  if (done.pending.length > 0) console.log(`The next start brings it up to date: ${done.pending.join(", ")}.`);
  if (done.auditProblems === 0) console.log("The audit log holds.");
  if (done.auditProblems) {
    console.error(
      `The audit log does not hold, as it is in the backup: ${done.auditProblems} problems. npm run audit:verify names them.`,
    );
  }
} catch (error) {
  clear();
  console.error(explainFailure(error).message);
  process.exitCode = 1;
}
