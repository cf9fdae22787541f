// One PostgreSQL server for a whole vitest run; each test file takes databases of its own from it.
import { startTestServer } from "./server";

export default async function setup(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  // The workers are forked later and inherit it.
  process.env.TEST_DATABASE_SERVER = server.address;
  return () => server.stop();
}
