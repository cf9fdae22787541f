// Runs one command on an open connection: within a deadline, with no more output than asked for.
import type { Client, ClientChannel } from "ssh2";
import { ProbeError } from "../../probe";

export interface Limits {
  /** Default 10 s. */
  timeoutMs?: number;
  /** Of stdout; default 64 KiB. */
  maxBytes?: number;
}

export interface CommandResult {
  stdout: string;
  /** Its first 4 KiB. */
  stderr: string;
  /** Null where a signal ended it. */
  code: number | null;
}

/** The server lets no command run, or is gone: only the connection knows which. */
export class CommandRefused extends Error {}

const MOST_STDERR = 4096;
/** How long a server may take to close a channel that we gave up. */
const CLOSE_MS = 2_000;

/**
 * @param command from our own code; whoever puts arguments into it quotes them
 * @param drop ends the connection: called where the server does not even give up the channel
 * @throws ProbeError `timeout`, `read` where there is too much output, `permission` where no session may be opened
 * @throws CommandRefused where it did not run to its end
 */
export function runCommand(
  client: Client,
  command: string,
  { timeoutMs = 10_000, maxBytes = 65_536 }: Limits,
  drop: () => void,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | null = null;
    let over = false;
    const settle = (settled: () => void) => {
      clearTimeout(late);
      over = true;
      settled();
    };
    const giveUp = (error: ProbeError) => {
      if (over) return;
      settle(() => reject(error));
      if (channel) abandon(client, channel, drop);
      else drop();
    };
    const late = setTimeout(() => {
      const said = channel ? "A command did not end" : "The machine opened no session";
      giveUp(new ProbeError("timeout", `${said} within ${Math.round(timeoutMs / 1000)} s; check its load and disks`));
    }, timeoutMs);

    client.exec(command, (error: (Error & { reason?: unknown }) | undefined, opened) => {
      if (over) return;
      if (error) return settle(() => reject(toRefusal(error)));
      channel = opened;
      const output = new Output(maxBytes);
      opened.on("data", (data: Buffer) => {
        if (over || output.take(data)) return;
        giveUp(new ProbeError("read", `A command gave more than ${maxBytes} bytes, which is not what it should`));
      });
      opened.stderr.on("data", (data: Buffer) => output.takeError(data));
      opened.once("close", (code: number | null | undefined) => {
        if (over) return;
        if (code === undefined) settle(() => reject(new CommandRefused("The command ended without a status")));
        else settle(() => resolve(output.result(code)));
      });
      // Nothing is sent to it; what waits for input (an SFTP server in its place) ends.
      opened.end();
    });
  });
}

function toRefusal(error: Error & { reason?: unknown }): Error {
  // A channel that is not opened carries the server's reason; a command that is refused on it does not.
  if (error.reason === undefined) return new CommandRefused("No command may be run", { cause: error });
  return new ProbeError(
    "permission",
    "The machine lets no session be opened; check MaxSessions and ForceCommand there",
    {
      cause: error,
    },
  );
}

/** What ssh2 keeps of a connection and a channel but does not declare. */
interface Internals {
  client: { _protocol: { signal(channel: number, name: string): void } };
  channel: { outgoing: { id: number } };
}

/** sshd leaves a command running whose channel is closed, so it is killed first; ssh2's own `signal` wants open input. */
export function abandon(client: Client, channel: ClientChannel, drop: () => void): void {
  const stubborn = setTimeout(drop, CLOSE_MS);
  stubborn.unref();
  channel.once("close", () => clearTimeout(stubborn));
  channel.resume();
  channel.stderr.resume();
  const { _protocol: protocol } = client as unknown as Internals["client"];
  protocol.signal((channel as unknown as Internals["channel"]).outgoing.id, "KILL");
  channel.close();
}

/** What was said, as far as it is wanted. */
class Output {
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #bytes = 0;
  #errorBytes = 0;

  constructor(private readonly most: number) {}

  /** False where it is too much. */
  take(data: Buffer): boolean {
    this.#bytes += data.length;
    if (this.#bytes > this.most) return false;
    this.#stdout.push(data);
    return true;
  }

  takeError(data: Buffer): void {
    if (this.#errorBytes >= MOST_STDERR) return;
    this.#stderr.push(data.subarray(0, MOST_STDERR - this.#errorBytes));
    this.#errorBytes += data.length;
  }

  result(code: number | null): CommandResult {
    return { stdout: text(this.#stdout), stderr: text(this.#stderr), code };
  }
}

/** Without what no text of a command holds, and our database refuses. */
function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString().replaceAll("\0", "");
}
