// Servers that ask for a password and write down what they are given: what somebody would run to whom secrets must not be sent.
import { generateKeyPairSync } from "node:crypto";
import net, { type AddressInfo } from "node:net";
import ssh2 from "ssh2";

const SSL_REQUEST = 80_877_103;
const CLEARTEXT_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

/** Speaks PostgreSQL's protocol up to the password, which it wants in the clear; it offers no encryption. */
export class PasswordCollector {
  /** Connections so far. */
  asked = 0;
  private passwords: string[] = [];

  private constructor(private readonly server: net.Server) {
    server.on("connection", (socket) => this.serve(socket));
  }

  /** @param at a port of this machine, 0 for any, or the path of a unix socket */
  static async listen(at: number | string): Promise<PasswordCollector> {
    const server = net.createServer();
    const collector = new PasswordCollector(server);
    await new Promise<void>((resolve) => {
      if (typeof at === "string") server.listen(at, resolve);
      else server.listen(at, "127.0.0.1", resolve);
    });
    return collector;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What was given since it was last asked for; a password that is empty is "". */
  take(): string[] {
    return this.passwords.splice(0);
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: net.Socket): void {
    this.asked += 1;
    socket.on("error", () => {});
    let received = Buffer.alloc(0);
    let greeted = false;
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (!greeted && received.length >= 8 && received.readInt32BE(4) === SSL_REQUEST) {
        received = received.subarray(8);
        socket.write("N");
      }
      if (!greeted && received.length >= 4 && received.length >= received.readInt32BE(0)) {
        received = received.subarray(received.readInt32BE(0));
        greeted = true;
        socket.write(CLEARTEXT_PASSWORD);
      }
      if (greeted && received.length >= 5 && received.length >= 1 + received.readInt32BE(1)) {
        this.passwords.push(received.subarray(5, received.readInt32BE(1)).toString("utf8"));
        socket.end(refusal());
      }
    });
  }
}

function refusal(): Buffer {
  const fields = Buffer.from("SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0");
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** An SSH server that refuses every password and remembers it. */
export class SshPasswordCollector {
  asked = 0;
  private given: string[] = [];

  private constructor(
    private readonly server: ssh2.Server,
    /** As it is confirmed: `ssh-ed25519 AAAA…`. */
    readonly hostKey: string,
  ) {}

  static async listen(): Promise<SshPasswordCollector> {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const parsed = ssh2.utils.parseKey(pem);
    if (parsed instanceof Error) throw parsed;
    const server = new ssh2.Server({ hostKeys: [pem] });
    const collector = new SshPasswordCollector(server, `ssh-rsa ${parsed.getPublicSSH().toString("base64")}`);
    server.on("connection", (client) => {
      collector.asked += 1;
      client.on("error", () => {});
      client.on("authentication", (context) => {
        if (context.method === "password") collector.given.push(context.password);
        context.reject(["password"]);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    return collector;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Passwords since it was last asked for. */
  take(): string[] {
    return this.given.splice(0);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
