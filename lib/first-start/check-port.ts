import { createServer } from "node:net";
import { StartError } from "../start-error";

interface Address {
  host: string;
  port: number;
}

/**
 * A listening error as one readable message; any other error as it is.
 * @param variable that gave the address, unless HOST and PORT did
 */
export function explainListenError(error: unknown, { host, port }: Address, variable?: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (variable !== undefined && (error as NodeJS.ErrnoException).syscall !== undefined)
    return new StartError(`${variable}: ${host}:${port} cannot be listened on (${code}).`, { cause: error });
  const reasons: Record<string, string> = {
    EADDRINUSE: `PORT ${port} on ${host} is in use by another program. Stop that program, or set PORT to another number.`,
    EACCES: `PORT ${port} may not be opened by this user. Set PORT to a number above 1023, and put a reverse proxy before it.`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine.`,
    ENOTFOUND: `HOST ${host} is no name of this machine.`,
    EAI_AGAIN: `HOST ${host} cannot be looked up now.`,
  };
  const reason = reasons[code ?? ""];
  return reason ? new StartError(reason, { cause: error }) : error;
}

/** Tries the port for a moment, so that a database is not started in vain. @throws StartError naming the port */
export function checkPort(at: Address, variable?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => reject(explainListenError(error, at, variable)));
    probe.listen({ port: at.port, host: at.host, exclusive: true }, () => probe.close(() => resolve()));
  });
}
