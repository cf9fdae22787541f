// The least that answers from PostgreSQL over HTTP: no users, no rules, every place known beforehand, one statement. Its own
// process, ended with the one that began it.
import { createServer } from "node:http";
import pg from "pg";
import { LENGTHS } from "../../lib/metrics/block";

// Of a set, an hour and a slot: the times and one column.
const COLUMN = `
  SELECT substring(data FROM 1 FOR offs[1] % ${LENGTHS}) AS times,
    substring(data FROM offs[$3 + 1] / ${LENGTHS} + 1 FOR offs[$3 + 1] % ${LENGTHS}) AS column
  FROM sample_data WHERE set_id = $1 AND hour = $2`;

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
// The database is stopped before this process is.
client.on("error", () => process.exit());

async function answer(path: string): Promise<unknown> {
  const [, what, ...numbers] = path.split("/");
  if (what === "nothing") return {};
  if (what === "one") return (await client.query({ name: "one", text: "SELECT 1" })).rows;
  return (await client.query({ name: "column", text: COLUMN, values: numbers.map(Number) })).rows;
}

const server = createServer(async (request, response) => response.end(JSON.stringify(await answer(request.url ?? ""))));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(typeof address === "object" && address ? `${address.port}\n` : "");
});
process.stdin.on("end", () => process.exit()).resume();
