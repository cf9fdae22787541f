const shared = globalThis as {
  dozorPool?: { end(): Promise<void> } | undefined;
  dozorPrisma?: { $disconnect(): Promise<void> } | undefined;
};

/** Closes what lib/db keeps open, so that the next call takes the address that is given then. */
export async function leaveDatabase(): Promise<void> {
  await shared.dozorPrisma?.$disconnect();
  await shared.dozorPool?.end();
  shared.dozorPrisma = undefined;
  shared.dozorPool = undefined;
}
