// Makes one SSH connection: network, handshake, host key and sign-in under one deadline.
import { Socket } from "node:net";
import ssh2, { type AnyAuthMethod, type Client } from "ssh2";
import { ProbeError } from "../../probe";
import { lateError, type Stage, sshError } from "./failure";
import { algorithmsFor, changedMessage, type Trust, trustOf, unknownMessage } from "./host-key";
import { type Secret, SignIn } from "./sign-in";

export interface SshOptions {
  host: string;
  port: number;
  user: string;
  auth: Secret;
  /** `ssh-ed25519 AAAA…` of every key that was confirmed; without one there is no connection. */
  hostKeys: readonly string[];
}

/** With so many questions unanswered, one each 10 s, the link counts as dead: after 40 s. */
const KEEPALIVE = { keepaliveInterval: 10_000, keepaliveCountMax: 3 };

// Groups of more than 4096 bits or of the server's choice would stop this process for seconds; compression could be a bomb.
const ALGORITHMS: ssh2.Algorithms = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
  ],
  compress: ["none"],
};

/** `db1:22`, `[::1]:22` */
export function addressOf({ host, port }: Pick<SshOptions, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export interface Dialled {
  client: Client;
  socket: Socket;
}

type OnHostKey = (key: Buffer, trust: Trust) => void;

/**
 * @param timeoutMs for everything
 * @param onHostKey told of the key that the machine shows, before anything secret is sent
 * @throws ProbeError ssh_unreachable, ssh_host_key, ssh_auth
 */
export async function dial(options: SshOptions, timeoutMs: number, onHostKey: OnHostKey = () => {}): Promise<Dialled> {
  const attempt = new Attempt(options, onHostKey);
  const late = setTimeout(() => attempt.giveUp(Math.round(timeoutMs / 1000)), timeoutMs);
  try {
    return await attempt.made;
  } finally {
    clearTimeout(late);
  }
}

/** One connection in the making; settles once. */
class Attempt {
  readonly made: Promise<Dialled>;
  readonly #client = new ssh2.Client();
  readonly #socket = new Socket().setNoDelay(true);
  readonly #signIn: SignIn;
  readonly #address: string;
  #over = false;
  #stage: Stage = "network";
  #untrusted: ProbeError | null = null;
  #reject: (error: ProbeError) => void = () => {};

  constructor(
    private readonly options: SshOptions,
    private readonly onHostKey: OnHostKey,
  ) {
    this.#address = addressOf(options);
    this.#signIn = new SignIn(options.user, options.auth);
    this.made = new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#client.once("ready", () => {
        this.#quiet();
        resolve({ client: this.#client, socket: this.#socket });
      });
    });
    this.#listen();
    this.#socket.connect({ host: options.host, port: options.port });
    this.#client.connect(this.#config());
  }

  giveUp(seconds: number): void {
    this.#fail(lateError(this.#address, this.#stage, seconds));
  }

  #listen(): void {
    this.#client
      .once("connect", () => {
        this.#stage = "handshake";
      })
      .once("handshake", () => {
        this.#stage = "sign-in";
      })
      .once("change password", () => {
        const said = `the password of ${this.options.user} has expired; change it there`;
        this.#fail(new ProbeError("ssh_auth", `${this.#address}: ${said}`));
      })
      .on("error", (error) => this.#fail(this.#why(error)))
      .once("close", () => this.#fail(this.#why()));
  }

  #config(): ssh2.ConnectConfig {
    return {
      sock: this.#socket,
      username: this.options.user,
      readyTimeout: 0,
      ...KEEPALIVE,
      agentForward: false,
      algorithms: { ...ALGORITHMS, serverHostKey: algorithmsFor(this.options.hostKeys) },
      hostVerifier: (shown: Buffer) => this.#isTrusted(shown),
      authHandler: (left, partial, next) => {
        this.#signIn.next(left, partial).then(
          // ssh2 takes false for the end, though its types do not say so.
          (method) => this.#over || next(method as AnyAuthMethod),
          (cause: unknown) => this.#fail(new ProbeError("internal", "The SSH key could not be opened here", { cause })),
        );
      },
    };
  }

  #isTrusted(shown: Buffer): boolean {
    const confirmed = this.options.hostKeys;
    const trust = trustOf(shown, confirmed);
    this.onHostKey(shown, trust);
    if (trust === "trusted") return true;
    const isNew = trust === "unknown";
    const message = isNew ? unknownMessage(this.#address) : changedMessage(this.#address, shown, confirmed);
    this.#untrusted = new ProbeError("ssh_host_key", message);
    return false;
  }

  #why(cause?: unknown): ProbeError {
    if (this.#untrusted) return this.#untrusted;
    const { reason } = this.#signIn;
    if (this.#stage !== "sign-in" || !reason) return sshError(this.#address, this.#stage, cause);
    return new ProbeError("ssh_auth", `${this.#address}: ${reason}`, { cause });
  }

  #fail(error: ProbeError): void {
    this.#quiet();
    this.#socket.destroy();
    this.#reject(error);
  }

  /** Errors that come after the end are of no use, but must not be thrown at nobody. */
  #quiet(): void {
    this.#over = true;
    this.#client.removeAllListeners().on("error", () => {});
  }
}
