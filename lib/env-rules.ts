// Rules of the environment that need more than the form of one variable. Pure.

const SAMPLE_SECRET = /change.?(me|this|it)|your.?(secret|key|password)|example|placeholder|replace|secret.?key.?here/i;

/** Whether a secret is one of those that stand in examples, or of very few characters. */
export const isSample = (value: string): boolean => SAMPLE_SECRET.test(value) || new Set(value).size < 8;

export const SHORTEST_PASSWORD = 12;
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 3000;

const EVERYWHERE = new Set(["0.0.0.0", "::"]);

/** Whether metrics would be listened for where the pages are. */
function meetsPages(given: (name: string) => string | undefined): boolean {
  const [, host = "", port] = /^\[?(.*?)\]?:(\d+)$/.exec(given("METRICS_LISTEN") ?? "") ?? [];
  const pages = given("HOST") ?? DEFAULT_HOST;
  if (port === undefined || +port === 0 || +port !== Number(given("PORT") ?? DEFAULT_PORT)) return false;
  return host === pages || EVERYWHERE.has(host) || EVERYWHERE.has(pages);
}

/** What is wrong between several variables, whether or not the single ones are right. */
export function problemsAcross(given: (name: string) => string | undefined): [name: string, message: string][] {
  const problems: [string, string][] = [];
  if (given("DATABASE_URL")) {
    for (const name of ["AUTH_SECRET", "ENCRYPTION_KEYS"])
      if (!given(name)) problems.push([name, "must be given together with DATABASE_URL: all instances share it"]);
  } else if (given("DATABASE_DIRECT_URL")) problems.push(["DATABASE_DIRECT_URL", "needs DATABASE_URL beside it"]);
  if (meetsPages(given)) problems.push(["METRICS_LISTEN", "must be another address than HOST and PORT"]);
  // Whoever scrapes would be given what signs sessions.
  for (const name of ["METRICS_TOKEN", "CRON_SECRET"])
    if (given(name) !== undefined && given(name) === given("AUTH_SECRET"))
      problems.push([name, "must not be the same as AUTH_SECRET"]);
  const password = given("ADMIN_PASSWORD");
  const least = Number(given("PASSWORD_MIN_LENGTH")) || SHORTEST_PASSWORD;
  if (password === undefined) return problems;
  if (password.length < least || password.length > 128)
    problems.push(["ADMIN_PASSWORD", `must be ${least} to 128 characters`]);
  else if (!/\p{L}/u.test(password) || !/\d/.test(password))
    problems.push(["ADMIN_PASSWORD", "needs a letter and a digit"]);
  else if (SAMPLE_SECRET.test(password)) problems.push(["ADMIN_PASSWORD", "is a sample value"]);
  return problems;
}
