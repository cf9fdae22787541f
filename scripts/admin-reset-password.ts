// `npm run admin:reset-password [login] [-- --second-factor]`: a one-time password for whoever is locked out, and the account unblocked.
import { prisma } from "../lib/db";
import { AppError } from "../lib/errors";
import { visitDatabase } from "../lib/first-start/visit";
import { StartError } from "../lib/start-error";
import { resetPassword } from "../lib/users/mutations";
import { systemActor } from "../lib/users/permissions";

const USAGE = "Usage: npm run admin:reset-password [login] [-- --second-factor]";

interface Asked {
  login: string | undefined;
  /** Whether to take the second factor away as well. */
  clearSecondFactor: boolean;
}

function parse(parameters: readonly string[]): Asked {
  const words = parameters.filter((word) => !word.startsWith("-"));
  const flags = parameters.filter((word) => word.startsWith("-"));
  const strange = flags.find((flag) => flag !== "--second-factor") ?? words[1];
  if (strange !== undefined) throw new StartError(`${strange} means nothing here. ${USAGE}`);
  return { login: words[0], clearSecondFactor: flags.length > 0 };
}

/** The only administrator, or `admin`, where no login is given. */
async function loginOf(given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const admins = await prisma().user.findMany({
    where: { role: "admin" },
    select: { login: true },
    orderBy: { login: "asc" },
  });
  const logins = admins.map(({ login }) => login);
  const [first] = logins;
  if (first !== undefined && logins.length === 1) return first;
  if (logins.includes("admin")) return "admin";
  throw new StartError(`Say whose password: there are the administrators ${logins.join(", ") || "(none)"}. ${USAGE}`);
}

async function reset({ login: given, clearSecondFactor }: Asked): Promise<string[]> {
  const login = await loginOf(given);
  const before = await prisma().user.findUnique({ where: { login }, select: { status: true } });
  const user = await resetPassword(systemActor(), login, { unblock: true, clearSecondFactor });
  return [
    `The new password of ${login} is`,
    `  ${user.password}`,
    "It is shown this once and is good for one sign-in; then another must be chosen. All sessions and API tokens of this user have ended.",
    ...(before?.status === "blocked" ? ["The account was blocked and is active again."] : []),
    ...(user.is_active ? [] : [`The account is ${user.status}: an administrator has to approve it.`]),
    ...(user.second_factor ? ["The second factor stays; --second-factor takes it away, if the device is lost."] : []),
    ...(clearSecondFactor ? ["There is no second factor any more."] : []),
  ];
}

try {
  const asked = parse(process.argv.slice(2));
  const lines = await visitDatabase(() => reset(asked));
  console.log(lines.join("\n"));
} catch (error) {
  const expected = error instanceof StartError || error instanceof AppError;
  console.error(expected ? error.message : error);
  process.exitCode = 1;
}
