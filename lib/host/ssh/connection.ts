// An open connection to a machine; everything that is asked of the machine goes through it.
import type { Socket } from "node:net";
import type { Client, ClientChannel, SFTPWrapper } from "ssh2";
import { type PathSpace, ProbeError } from "../../probe";
import { abandon, CommandRefused, type CommandResult, type Limits, runCommand } from "./command";
import { addressOf, type Dialled, type SshOptions } from "./dial";
import { sshError } from "./failure";
import { CommandFiles } from "./files-command";
import { SftpFiles } from "./files-sftp";
import { type Command, remotePrograms } from "./programs";
import { RemoteHost } from "./remote-host";
import { spaceByCommand } from "./space-command";
import { spaceBySftp } from "./space-sftp";

const SFTP_MS = 10_000;
/** What a machine may send from one question to the next; answers are a thousandth of it. */
const MOST_BYTES = 16 * 1024 * 1024;

export class Connection {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #address: string;
  readonly #lost = new Set<(error: ProbeError) => void>();
  #cause: unknown;
  #noCommands = false;
  #host: Promise<RemoteHost> | undefined;
  /** Bytes received when something was asked last. */
  #receivedBefore = 0;
  readonly #ended: Promise<void>;

  constructor(
    { client, socket }: Dialled,
    private readonly options: SshOptions,
  ) {
    this.#client = client;
    this.#socket = socket;
    this.#address = addressOf(options);
    client.on("error", (error) => {
      this.#cause = error;
    });
    this.#asks();
    socket.on("data", () => {
      if (socket.bytesRead - this.#receivedBefore > MOST_BYTES) socket.destroy();
    });
    this.#ended = new Promise((resolve) => {
      socket.once("close", () => {
        resolve();
        for (const lose of this.#lost) lose(this.#lostError());
      });
    });
  }

  get open(): boolean {
    return this.#socket.writable && this.#socket.readable;
  }

  /**
   * Runs a command of our own code; its standard input is empty.
   * @throws ProbeError `timeout`, `read` (too much output), `permission` (none may be run), `ssh_unreachable` (lost)
   */
  async exec(command: string, limits: Limits = {}): Promise<CommandResult> {
    try {
      return await this.#run(command, limits);
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      throw new ProbeError("permission", `${this.#address}: ${this.options.user} may not run commands there`, {
        cause: error,
      });
    }
  }

  /** By `df`, or over SFTP where commands may not be run; see `SpaceReader`. */
  async spaceOf(paths: readonly string[]): Promise<PathSpace[]> {
    if (paths.length === 0) return [];
    if (!this.#noCommands) {
      const found = await spaceByCommand((command, limits) => this.#run(command, limits), paths, this.options.user);
      if (found) return found;
      this.#noCommands = true;
    }
    return this.#overSftp((sftp) => spaceBySftp(sftp, paths, this.options.user));
  }

  /**
   * The machine's files, by an SFTP session that stays open, or by commands where SFTP is off.
   * @throws ProbeError `permission` where neither is allowed
   */
  host(): Promise<RemoteHost> {
    this.#asks();
    if (this.#host) return this.#host;
    const host = this.#openHost();
    this.#host = host;
    host.catch(() => {
      this.#host = undefined;
    });
    return host;
  }

  async close(): Promise<void> {
    this.#client.end();
    const late = setTimeout(() => this.#socket.destroy(), 1_000);
    if (!this.#socket.closed) await this.#ended;
    clearTimeout(late);
  }

  /** What comes from now on may answer us. */
  #asks(): void {
    this.#receivedBefore = this.#socket.bytesRead;
  }

  async #run(command: string, limits: Limits): Promise<CommandResult> {
    if (!this.open) throw this.#lostError();
    this.#asks();
    return this.#unlessLost(runCommand(this.#client, command, limits, () => this.#socket.destroy()));
  }

  /** Null where no command may be run. */
  #ifAllowed(command: string, limits: Limits): Promise<CommandResult | null> {
    return this.#run(command, limits).catch((error) => {
      if (error instanceof CommandRefused || (error instanceof ProbeError && error.code === "permission")) return null;
      throw error;
    });
  }

  async #openHost(): Promise<RemoteHost> {
    const sftp = await this.#lastingSftp();
    const ask = <Value>(question: Promise<Value>) => this.#unlessLost(question);
    const another = () => this.#lastingSftp();
    const run = (command: string, limits: Limits) => this.#ifAllowed(command, limits);
    const files = sftp
      ? new SftpFiles({ sftp, ask, another, run })
      : new CommandFiles((command, limits) => this.#run(command, limits).catch((error) => this.#refused(error)));
    return RemoteHost.open(files, remotePrograms({ run, start: (command) => this.#start(command) }));
  }

  /** A command whose input stays open; it ends with the connection. */
  async #start(command: string): Promise<Command> {
    if (!this.open) throw this.#lostError();
    this.#asks();
    const opening = new Promise<ClientChannel>((resolve, reject) => {
      this.#client.exec(command, (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    const channel = await this.#unlessLost(opening);
    void this.#ended.then(() => channel.emit("close"));
    return { channel, abandon: () => abandon(this.#client, channel, () => this.#socket.destroy()) };
  }

  /** An SFTP session with whose end the connection ends; null where there is none to be had. */
  async #lastingSftp(): Promise<SFTPWrapper | null> {
    if (!this.open) throw this.#lostError();
    const late = setTimeout(() => this.#drop("SFTP did not answer in time"), SFTP_MS);
    try {
      const sftp = await this.#unlessLost(this.#openSftp());
      sftp.once("close", () => this.#socket.destroy());
      sftp.on("error", () => this.#socket.destroy());
      return sftp;
    } catch (error) {
      if (error instanceof ProbeError) throw error;
      return null;
    } finally {
      clearTimeout(late);
    }
  }

  /** Asks over SFTP. @throws ProbeError `permission` where it is switched off */
  async #overSftp<Value>(ask: (sftp: SFTPWrapper) => Promise<Value>): Promise<Value> {
    if (!this.open) throw this.#lostError();
    this.#asks();
    const late = setTimeout(() => this.#drop("SFTP did not answer in time"), SFTP_MS);
    try {
      const sftp = await this.#unlessLost(this.#openSftp());
      try {
        return await this.#unlessLost(ask(sftp));
      } finally {
        sftp.end();
      }
    } catch (error) {
      return this.#refused(error);
    } finally {
      clearTimeout(late);
    }
  }

  /** Neither way is open. */
  #refused(error: unknown): never {
    if (error instanceof ProbeError) throw error;
    const advice = `${this.options.user} may neither run commands nor use SFTP there; allow internal-sftp or a shell`;
    throw new ProbeError("permission", `${this.#address}: ${advice}`, { cause: error });
  }

  #openSftp(): Promise<SFTPWrapper> {
    return new Promise((resolve, reject) => {
      this.#client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
    });
  }

  /** For what cannot be given up alone: a channel that is not open yet cannot be closed. */
  #drop(said: string): void {
    const error = new ProbeError("timeout", `${this.#address}: ${said}; check its load and disks`);
    for (const lose of this.#lost) lose(error);
    this.#socket.destroy();
  }

  /** ssh2 tells some questions of a lost connection late or never. */
  async #unlessLost<Value>(question: Promise<Value>): Promise<Value> {
    let lose: (error: ProbeError) => void = () => {};
    const lost = new Promise<never>((_, reject) => {
      lose = reject;
    });
    this.#lost.add(lose);
    try {
      return await Promise.race([question, lost]);
    } catch (error) {
      throw error instanceof ProbeError || this.open ? error : this.#lostError();
    } finally {
      this.#lost.delete(lose);
    }
  }

  #lostError(): ProbeError {
    return sshError(this.#address, "open", this.#cause);
  }
}
