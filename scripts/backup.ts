// `npm run backup -- <file or folder>`: everything that Dozor keeps, as one file, beside a running Dozor or without one.
import path from "node:path";
import { makeBackup } from "../lib/backup/make";
import { explainFailure, progressLine, size } from "../lib/backup/tell";

const USAGE = "Usage: npm run backup -- <file or folder>";

const [target, strange] = process.argv.slice(2);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stopping.abort(new Error("The backup was stopped. No file was kept.")));

const { onProgress, clear } = progressLine(process.stderr);
try {
  if (target === undefined || strange !== undefined || target.startsWith("-")) throw explainFailure(USAGE);
  const started = Date.now();
  // npm changes the folder; a name without one means the folder in which it was called.
  const made = await makeBackup({
    target: path.resolve(process.env.INIT_CWD ?? ".", target),
    onProgress,
    signal: stopping.signal,
  });
  clear();
  const seconds = Math.max(0.1, (Date.now() - started) / 1_000);
  console.log(
    `${made.file}: ${size(made.bytes)}, ${made.rows} rows, ${seconds.toFixed(1)} s, ${size(made.raw / seconds)}/s`,
  );
  console.log(
    made.holdsSecrets
      ? "The file holds Dozor's secrets: whoever has it can read every stored password. Keep it where only you can read it."
      : "The secrets are not in the file: keep AUTH_SECRET and ENCRYPTION_KEYS elsewhere; a restore needs the same ones.",
  );
} catch (error) {
  clear();
  console.error(explainFailure(error).message);
  process.exitCode = 1;
}
