// An SSH server that writes down everything that a client tries to sign in with, and behaves as a test wishes.
import ssh2, { type AuthContext, type Connection, type Session } from "ssh2";

export interface Recorder {
  port: number;
  /** What was tried, with whatever secret came: `none`, `password:…`, `publickey:…`, `keyboard-interactive:…`. */
  tried: string[];
  connections(): number;
  stop(): Promise<void>;
}

export interface Behaviour {
  /** OpenSSH or PEM text of its host keys. */
  hostKeys: string[];
  /** Default: refuses everything. */
  onAuthentication?(context: AuthContext): void;
  onSession?(session: Session): void;
  /** Called once somebody signed in. */
  onReady?(connection: Connection): void;
}

export async function startRecorder(behaviour: Behaviour): Promise<Recorder> {
  const tried: string[] = [];
  const open = new Set<Connection>();
  let connections = 0;
  const server = new ssh2.Server({ hostKeys: behaviour.hostKeys }, (connection) => {
    connections += 1;
    open.add(connection);
    connection
      .on("error", () => {})
      .on("close", () => open.delete(connection))
      .on("authentication", (context) => {
        const secret = context.method === "password" ? context.password : "";
        const key = context.method === "publickey" ? context.key.data.toString("base64") : "";
        tried.push(`${context.method}:${secret}${key}`);
        if (behaviour.onAuthentication) behaviour.onAuthentication(context);
        else context.reject(["password", "publickey", "keyboard-interactive"]);
      })
      .on("ready", () => behaviour.onReady?.(connection))
      .on("session", (accept) => {
        if (behaviour.onSession) behaviour.onSession(accept());
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    tried,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of open) connection.end();
      }),
  };
}
