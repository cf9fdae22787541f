/** What the monitoring role is called unless somebody calls it otherwise. */
export const USUAL_ROLE = "dozor";

/** As `quote_ident` does it, of every name: a name that is a reserved word needs it as well. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Makes the role that watches. `password` is a placeholder, never one that was typed. */
export function roleScript(user: string, password: string): string {
  const role = quoted(user.trim() || USUAL_ROLE);
  return `CREATE ROLE ${role} LOGIN PASSWORD '${password}';\nGRANT pg_monitor TO ${role};`;
}

/** What sets a password in psql without leaving it in a history or a log. */
export const passwordCommand = (user: string): string => `\\password ${quoted(user.trim() || USUAL_ROLE)}`;
