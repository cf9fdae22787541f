// Opens SSH connections to watched machines; the only door to them.
import { ProbeError, type SpaceReader } from "../../probe";
import type { CommandResult, Limits } from "./command";
import { Connection } from "./connection";
import { addressOf, dial, type SshOptions } from "./dial";
import { unknownMessage } from "./host-key";
import type { RemoteHost } from "./remote-host";

export type { SshOptions } from "./dial";

const CONNECT_MS = 10_000;

export interface SshConnection extends SpaceReader {
  /** False once it was closed or lost; then a new one is needed. */
  readonly open: boolean;
  /**
   * Runs a fixed command of our own; by default at most 10 s and 64 KiB.
   * @throws ProbeError `timeout`, `read` (too much output), `permission` (none may be run), `ssh_unreachable` (lost)
   */
  exec(command: string, limits?: Limits): Promise<CommandResult>;
  /** Its files, read over SFTP, or by commands where that is off. @throws ProbeError `permission`, `timeout`, `ssh_unreachable` */
  host(): Promise<RemoteHost>;
  close(): Promise<void>;
}

/**
 * Connects within 10 s. Nothing secret is sent to a machine whose host key was not confirmed.
 * @throws ProbeError ssh_unreachable, ssh_host_key, ssh_auth; its message names the remedy and holds no secret
 */
export async function connectSsh(options: SshOptions): Promise<SshConnection> {
  if (options.hostKeys.length === 0) throw new ProbeError("ssh_host_key", unknownMessage(addressOf(options)));
  return new Connection(await dial(options, CONNECT_MS), options);
}
