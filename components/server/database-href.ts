/** Address of a database's page. @param oid of an earlier database, where another one has had its name since */
export function databaseHref(server: string, name: string, oid?: number | string): string {
  const path = `/servers/${encodeURIComponent(server)}/databases/${encodeURIComponent(name)}`;
  return oid === undefined ? path : `${path}?oid=${oid}`;
}
