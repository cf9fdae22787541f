// An open connection to a real sshd, and everything that may go wrong with one.
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectSsh, type SshConnection, type SshOptions } from "../../lib/host/ssh/connect";
import { dial } from "../../lib/host/ssh/dial";
import { generateSshKey } from "../../lib/host/ssh/keys";
import { ProbeError } from "../../lib/probe";
import { startRecorder } from "./support/recorder";
import { type Sshd, startSshd } from "./support/sshd";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function optionsFor(sshd: Sshd, rules = ""): Promise<SshOptions> {
  const { privateKey } = await sshd.clientKey("ed25519", rules);
  const auth = { type: "key", privateKey, passphrase: "" } as const;
  return { host: sshd.host, port: sshd.port, user: sshd.user, auth, hostKeys: sshd.hostKeys() };
}

async function opened(options: SshOptions): Promise<SshConnection> {
  const connection = await connectSsh(options);
  stops.push(() => connection.close());
  return connection;
}

/** The ProbeError with which it ends, and after how many ms. */
async function failure(work: Promise<unknown>): Promise<{ code: string; message: string; ms: number }> {
  const started = performance.now();
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProbeError);
  const { code, message } = error as ProbeError;
  return { code, message, ms: performance.now() - started };
}

const until = async (holds: () => boolean) => {
  const end = performance.now() + 15_000;
  while (!holds() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds()).toBe(true);
};

describe("commands", () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  it("give what they wrote and how they ended", async () => {
    const connection = await opened(await optionsFor(sshd));
    expect(await connection.exec("echo out; echo err >&2; exit 3")).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      code: 3,
    });
    expect(await connection.exec("kill -TERM $$")).toMatchObject({ code: null });
    expect(await connection.exec("cat")).toEqual({ stdout: "", stderr: "", code: 0 });
    const chatty = await connection.exec("yes | head -c 100000 >&2");
    expect(chatty).toMatchObject({ code: 0, stdout: "" });
    expect(chatty.stderr).toHaveLength(4096);
    expect((await connection.exec("yes | head -c 65536")).stdout).toHaveLength(65_536);
    // Our database takes no text that holds one.
    expect((await connection.exec("printf 'a\\000b'")).stdout).toBe("ab");
  });

  it("that hang end at their deadline; others on the same connection go on", async () => {
    const connection = await opened(await optionsFor(sshd));
    const hung = failure(connection.exec("sleep 61.25", { timeoutMs: 300 }));
    expect((await connection.exec("echo fine")).stdout).toBe("fine\n");
    const { code, ms } = await hung;
    expect(code).toBe("timeout");
    expect(ms).toBeLessThan(9_000);
    expect((await connection.exec("ps -eo args | grep '[s]leep 61.25'; echo still")).stdout).toBe("still\n");
    expect(connection.open).toBe(true);
  });

  it("without end are stopped, without keeping what they write", async () => {
    const connection = await opened(await optionsFor(sshd));
    const before = process.memoryUsage().arrayBuffers;
    const { code, message } = await failure(connection.exec("yes"));
    expect(code).toBe("read");
    expect(message).toContain("65536");
    expect((await failure(connection.exec("echo 12345", { maxBytes: 5 }))).code).toBe("read");
    expect((await connection.exec("echo still")).stdout).toBe("still\n");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000);
  });

  it("of a command forced by the server that hangs", async () => {
    const connection = await opened(await optionsFor(sshd, 'command="sleep 60"'));
    expect((await failure(connection.exec("echo fine", { timeoutMs: 300 }))).code).toBe("timeout");
  });

  it("fail when sshd dies in between, and work again on a new connection once it is back", async () => {
    const own = await startSshd();
    stops.push(() => own.stop());
    const options = await optionsFor(own);
    const connection = await opened(options);
    const running = failure(connection.exec("sleep 60"));
    const space = connection.exec("sleep 60; echo never");
    const lost = failure(space);
    await connection.exec("echo both run");
    await own.kill();
    for (const { code, ms } of [await running, await lost]) {
      expect(code).toBe("ssh_unreachable");
      expect(ms).toBeLessThan(9_000);
    }
    expect(connection.open).toBe(false);
    expect((await failure(connection.exec("echo no"))).code).toBe("ssh_unreachable");
    expect((await failure(connection.spaceOf(["/"]))).code).toBe("ssh_unreachable");
    expect(await failure(connectSsh(options))).toMatchObject({
      code: "ssh_unreachable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    await own.start();
    expect((await (await opened(options)).exec("echo back")).stdout).toBe("back\n");
    await own.kill();
    await own.start(true);
    expect((await failure(connectSsh(options))).code).toBe("ssh_host_key");
  });

  it("fail where no session may be opened", async () => {
    const own = await startSshd({ config: ["MaxSessions 0"] });
    stops.push(() => own.stop());
    const connection = await opened(await optionsFor(own));
    expect(await failure(connection.exec("echo no"))).toMatchObject({
      code: "permission",
      message: expect.stringContaining("MaxSessions"),
    });
    expect((await failure(connection.spaceOf(["/"]))).code).toBe("permission");
  });
});

describe("servers that misbehave", () => {
  let hostKey: { privateKey: string; publicKey: string };
  beforeAll(async () => {
    hostKey = await generateSshKey({ type: "ed25519", comment: "" });
  });
  const at = (port: number): SshOptions => ({
    host: "127.0.0.1",
    port,
    user: "dozor",
    auth: { type: "password", password: "s3cret" },
    hostKeys: [hostKey.publicKey],
  });

  it("opens no channel: the deadline ends the connection", async () => {
    const recorder = await startRecorder({
      hostKeys: [hostKey.privateKey],
      onAuthentication: (context) => context.accept(),
      // ssh2's server answers a request for a session only when it is accepted or nobody listens.
      onReady: (connection) => connection.removeAllListeners("session").on("session", () => {}),
    });
    stops.push(() => recorder.stop());
    const connection = await opened(at(recorder.port));
    const { code, message } = await failure(connection.exec("echo no", { timeoutMs: 300 }));
    expect(code).toBe("timeout");
    expect(message).toContain("no session");
    await until(() => !connection.open);
  });

  it("neither ends a command nor closes its channel: the connection ends", async () => {
    const recorder = await startRecorder({
      hostKeys: [hostKey.privateKey],
      onAuthentication: (context) => context.accept(),
      onSession: (session) => {
        session.on("exec", (accept) => {
          const channel = accept();
          Object.assign(channel, { close: () => {}, end: () => {}, destroy: () => {} });
          channel.resume();
        });
      },
    });
    stops.push(() => recorder.stop());
    const connection = await opened(at(recorder.port));
    expect((await failure(connection.exec("df", { timeoutMs: 300 }))).code).toBe("timeout");
    await until(() => !connection.open);
  });

  it("says without end what nobody asked for: the connection ends", async () => {
    const recorder = await startRecorder({
      hostKeys: [hostKey.privateKey],
      onAuthentication: (context) => context.accept(),
      onReady: (connection) => {
        const { _protocol: protocol, _sock: socket } = connection as unknown as {
          _protocol: { channelData(channel: number, data: Buffer): void };
          _sock: Socket;
        };
        socket.resume();
        const pour = () => {
          for (let i = 0; i < 32; i++) protocol.channelData(7, Buffer.alloc(30_000));
          if (!socket.destroyed) setImmediate(pour);
        };
        pour();
      },
    });
    stops.push(() => recorder.stop());
    const connection = await opened(at(recorder.port));
    await until(() => !connection.open);
  });

  it("says nothing in the handshake or at sign-in: the deadline ends it", async () => {
    const recorder = await startRecorder({ hostKeys: [hostKey.privateKey], onAuthentication: () => {} });
    stops.push(() => recorder.stop());
    const quiet = await listener(() => {});
    stops.push(quiet.stop);
    const [signIn, handshake] = await Promise.all([
      failure(dial(at(recorder.port), 1_000)),
      failure(dial(at(quiet.port), 1_000)),
    ]);
    expect(signIn).toMatchObject({
      code: "ssh_unreachable",
      message: expect.stringContaining("sign-in takes too long"),
    });
    expect(handshake).toMatchObject({
      code: "ssh_unreachable",
      message: expect.stringContaining("nobody answers as SSH"),
    });
    for (const { ms } of [signIn, handshake]) expect(ms).toBeLessThan(9_000);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["closes at once", (socket) => socket.end()],
    ["resets", (socket) => socket.resetAndDestroy()],
    ["speaks HTTP", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["is a database", (socket) => socket.end(Buffer.from("E\0\0\0\x10SFATAL\0\0"))],
    ["sends noise", (socket) => socket.end(Buffer.alloc(200_000, 0xa5))],
    ["breaks off in the handshake", (socket) => socket.write("SSH-2.0-x\r\n", () => socket.end(Buffer.alloc(64, 7)))],
    ["turns connections away", (socket) => socket.end("Exceeded MaxStartups\r\n")],
  ])("%s", async (_name, behave) => {
    const server = await listener(behave);
    stops.push(server.stop);
    const { code, message, ms } = await failure(connectSsh(at(server.port)));
    expect(code).toBe("ssh_unreachable");
    expect(message).toContain(`127.0.0.1:${server.port}`);
    expect(ms).toBeLessThan(9_000);
    expect(server.received()).not.toContain("s3cret");
  });

  it("has no name, or too many who are signing in", async () => {
    expect(await failure(connectSsh({ ...at(22), host: "no-such-host.invalid" }))).toMatchObject({
      code: "ssh_unreachable",
      message: expect.stringMatching(/cannot be resolved/),
    });
    const sshd = await startSshd({ config: ["MaxStartups 1"] });
    stops.push(() => sshd.stop());
    const options = await optionsFor(sshd);
    const { connect } = await import("node:net");
    const waiting = connect(sshd.port, sshd.host);
    await new Promise((resolve) => waiting.once("data", resolve));
    const { code, message } = await failure(connectSsh(options));
    expect(code).toBe("ssh_unreachable");
    expect(message).toContain("MaxStartups");
    waiting.destroy();
  });
});

/** Listens and lets `behave` answer; remembers what came. */
async function listener(behave: (socket: Socket) => void) {
  let received = "";
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket
      .on("error", () => {})
      .on("data", (data) => {
        received += data.toString("latin1");
      });
    behave(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const stop = async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, stop, received: () => received };
}
