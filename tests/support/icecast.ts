// A real Icecast on loopback, with files of its own, and what sends and listens to it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pool } from "../../lib/db";
import { serverAccount } from "../../lib/embedded/account";
import { freePort } from "../../lib/embedded/port";
import { encrypt } from "../../lib/secrets";
import { passwordPlace, type SourceRow } from "../../lib/streams/sources/rows";

const PROGRAM = "/usr/bin/icecast2";
export const ADMIN = { username: "admin", password: "quiet-harbour-42" };
const SOURCE_PASSWORD = "hackme";
const START_MS = 10_000;

export interface Icecast {
  url: string;
  /** Sends a silent source to a mount until it is ended, from either side. */
  send(mount: string, options?: SendOptions): Promise<Sender>;
  /** Listens to a mount until it is closed. */
  listen(mount: string): Promise<Listener>;
  /** Changes the title of what is sent; `charset` says how the bytes are to be taken. */
  title(mount: string, title: string | Buffer, charset?: string): Promise<void>;
  /** Goes on under the same address after `stop`. */
  start(): Promise<void>;
  /** Stops answering without closing anything. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
  /** Stops, and removes its files. */
  remove(): Promise<void>;
}

interface SendOptions {
  type?: string;
  bitrate?: number;
  /** Falls mute after so many packets of a tenth of a second. */
  packets?: number;
}

export interface Listener {
  /** Resolves once it has gone. */
  close(): Promise<void>;
}

export interface Sender extends Listener {
  readonly isConnected: boolean;
}

export async function startIcecast(): Promise<Icecast> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "dozor-icecast-")));
  chmodSync(folder, 0o755);
  mkdirSync(path.join(folder, "log"));
  const port = await freePort();
  writeFileSync(path.join(folder, "icecast.xml"), configOf(folder, port));
  const account = serverAccount(folder);
  if (account) chownSync(path.join(folder, "log"), account.uid, account.gid);
  const url = `http://127.0.0.1:${port}`;
  const sockets = new Set<Socket>();
  let child: ChildProcess | undefined;
  const kill = () => child?.kill("SIGKILL");
  process.once("exit", kill);

  async function start(): Promise<void> {
    const started = spawn(PROGRAM, ["-c", path.join(folder, "icecast.xml")], {
      ...(account && { uid: account.uid, gid: account.gid }),
      stdio: "ignore",
    });
    child = started;
    for (const deadline = Date.now() + START_MS; Date.now() < deadline; ) {
      if (started.exitCode !== null) throw new Error(`Icecast did not start: ${logOf(folder)}`);
      if (
        await fetch(`${url}/status-json.xsl`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`Icecast does not answer: ${logOf(folder)}`);
  }

  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  await start();
  return {
    url,
    start,
    stop,
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    send: (mount, options) => send(port, mount, { ...options, sockets }),
    listen: async (mount) => closing(await answered(port, `GET ${mount} HTTP/1.0\r\n\r\n`, sockets)),
    async title(mount, title, charset = "UTF-8") {
      const song = [...Buffer.from(title)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
      const query = `mode=updinfo&mount=${encodeURIComponent(mount)}&charset=${charset}&song=${song}`;
      const { ok, status } = await fetch(`${url}/admin/metadata?${query}`, {
        headers: { authorization: basic(ADMIN) },
      });
      if (!ok) throw new Error(`the title of ${mount} was refused: ${status}`);
    },
    async remove() {
      await stop();
      process.removeListener("exit", kill);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Registers an Icecast, with the administrator who may end its sources. */
export async function storeSource(name: string, { url }: Pick<Icecast, "url">): Promise<SourceRow> {
  const { rows } = await pool().query<{ id: number }>(
    "INSERT INTO stream_sources (name, url, username) VALUES ($1, $2, $3) RETURNING id",
    [name, url, ADMIN.username],
  );
  const id = rows[0]?.id ?? 0;
  const password = encrypt(ADMIN.password, passwordPlace(id));
  await pool().query("UPDATE stream_sources SET password = $2 WHERE id = $1", [id, password]);
  return { id, name, url, username: ADMIN.username, password, intervalSeconds: 5 };
}

const basic = ({ username, password }: typeof ADMIN) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

const logOf = (folder: string) => readFileSync(path.join(folder, "log/error.log"), "utf8");

const configOf = (folder: string, port: number) => `<icecast>
  <limits><clients>50</clients><sources>10</sources><source-timeout>2</source-timeout>
    <header-timeout>5</header-timeout><client-timeout>5</client-timeout><burst-on-connect>0</burst-on-connect></limits>
  <authentication><source-password>${SOURCE_PASSWORD}</source-password>
    <admin-user>${ADMIN.username}</admin-user><admin-password>${ADMIN.password}</admin-password></authentication>
  <hostname>localhost</hostname>
  <listen-socket><port>${port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <fileserve>0</fileserve>
  <paths><basedir>${folder}</basedir><logdir>${folder}/log</logdir>
    <webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>2</loglevel></logging>
  <security><chroot>0</chroot></security>
</icecast>`;

/** A frame of MPEG-1 layer III at 128 kbit/s: 26 ms of silence. */
const FRAME = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]);
const FRAMES = Buffer.concat([FRAME, FRAME, FRAME, FRAME]);

async function send(
  port: number,
  mount: string,
  {
    type = "audio/mpeg",
    bitrate = 128,
    packets = Number.POSITIVE_INFINITY,
    sockets,
  }: SendOptions & { sockets: Set<Socket> },
): Promise<Sender> {
  const head = [
    `SOURCE ${mount} HTTP/1.0`,
    `Authorization: ${basic({ username: "source", password: SOURCE_PASSWORD })}`,
    `Content-Type: ${type}`,
    `ice-bitrate: ${bitrate}`,
    `ice-audio-info: bitrate=${bitrate}`,
  ];
  const socket = await answered(port, `${head.join("\r\n")}\r\n\r\n`, sockets);
  let sent = 0;
  const pace = setInterval(() => {
    if (sent++ < packets) socket.write(FRAMES);
  }, 100);
  socket.once("close", () => clearInterval(pace));
  return {
    ...closing(socket),
    get isConnected() {
      return !socket.destroyed;
    },
  };
}

/** The connection once the other side has agreed. */
async function answered(port: number, request: string, sockets: Set<Socket>): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
  socket.on("error", () => socket.destroy());
  socket.write(request);
  const head = await new Promise<string>((resolve) => {
    socket.once("data", (bytes) => resolve(bytes.toString("latin1")));
    socket.once("close", () => resolve(""));
  });
  if (!/^HTTP\/1\.\d 200/.test(head)) throw new Error(`Icecast refused: ${head}`);
  socket.resume();
  return socket;
}

const closing = (socket: Socket): Listener => ({
  async close() {
    if (socket.destroyed) return;
    const closed = once(socket, "close");
    socket.destroy();
    await closed;
  },
});
