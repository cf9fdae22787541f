// Signing in to a real sshd, and what a server that is not trusted gets to see: nothing.
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSsh, type SshOptions } from "../../lib/host/ssh/connect";
import { fingerprintOf, generateSshKey, readPrivateKey } from "../../lib/host/ssh/keys";
import { ProbeError } from "../../lib/probe";
import { startRecorder } from "./support/recorder";
import { isRoot, type KeyType, type Sshd, startSshd } from "./support/sshd";

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ hostKeys: ["ed25519", "rsa", "ecdsa"] });
});
afterAll(() => sshd.stop());

const to = (server: Sshd, auth: SshOptions["auth"], hostKeys = server.hostKeys()): SshOptions => ({
  host: server.host,
  port: server.port,
  user: server.user,
  auth,
  hostKeys,
});
const byKey = (privateKey: string, passphrase = ""): SshOptions["auth"] => ({ type: "key", privateKey, passphrase });

async function whoAmI(options: SshOptions): Promise<string> {
  const connection = await connectSsh(options);
  const { stdout } = await connection.exec("id -un");
  await connection.close();
  expect(connection.open).toBe(false);
  return stdout.trim();
}

async function refusal(options: SshOptions): Promise<ProbeError> {
  const error = await connectSsh(options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProbeError);
  for (const secret of Object.values(options.auth).slice(1))
    if (secret !== "") expect((error as ProbeError).message).not.toContain(secret);
  return error as ProbeError;
}

describe("signing in", () => {
  it.each<KeyType>(["ed25519", "rsa", "ecdsa"])("by %s key, with and without a passphrase", async (type) => {
    const plain = await sshd.clientKey(type);
    expect(await whoAmI(to(sshd, byKey(plain.privateKey)))).toBe(sshd.user);
    const sealed = await sshd.clientKey(type, "", "open sésame");
    expect(await whoAmI(to(sshd, byKey(sealed.privateKey, "open sésame")))).toBe(sshd.user);
    const wrong = await refusal(to(sshd, byKey(sealed.privateKey, "open sesame")));
    expect(wrong).toMatchObject({ code: "ssh_auth", message: expect.stringContaining("passphrase does not open") });
    const missing = await refusal(to(sshd, byKey(sealed.privateKey)));
    expect(missing).toMatchObject({ code: "ssh_auth", message: expect.stringContaining("has a passphrase") });
  });

  it("by keys that were generated here, and by PKCS#8 that OpenSSL wrote", async () => {
    const made = await generateSshKey({ type: "ed25519", comment: "dozor", passphrase: "quiet harbour" });
    await sshd.authorize(made.publicKey);
    expect(await whoAmI(to(sshd, byKey(made.privateKey, "quiet harbour")))).toBe(sshd.user);
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "pw" }).toString();
    const read = await readPrivateKey(pem, "pw");
    await sshd.authorize(read.publicKey);
    expect(await whoAmI(to(sshd, byKey(read.privateKey, "pw")))).toBe(sshd.user);
  });

  it("by password, where root runs the test: only root may check passwords", async () => {
    if (!isRoot) return expect(sshd.password).toBeNull();
    const password = sshd.password ?? "";
    expect(await whoAmI(to(sshd, { type: "password", password }))).toBe(sshd.user);
    const wrong = await refusal(to(sshd, { type: "password", password: `${password}x` }));
    expect(wrong).toMatchObject({ code: "ssh_auth", message: expect.stringContaining("password of") });
  });

  it("a key that is not authorized names the remedy", async () => {
    const { privateKey } = await generateSshKey({ type: "ed25519", comment: "stranger" });
    const error = await refusal(to(sshd, byKey(privateKey)));
    expect(error).toMatchObject({ code: "ssh_auth", message: expect.stringContaining("authorized_keys") });
  });

  it("whatever is no key is said to be none", async () => {
    expect(await refusal(to(sshd, byKey("hello")))).toMatchObject({ code: "ssh_auth" });
  });
});

describe("host keys", () => {
  it("each of a server's keys is asked for by its type when it is the confirmed one", async () => {
    const { privateKey } = await sshd.clientKey();
    const keys = sshd.hostKeys();
    expect(keys.map((key) => key.split(" ")[0])).toEqual(["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"]);
    for (const key of keys) expect(await whoAmI(to(sshd, byKey(privateKey), [key]))).toBe(sshd.user);
  });

  it("without a confirmed one nobody is contacted", async () => {
    const recorder = await startRecorder({ hostKeys: [(await sshd.clientKey()).privateKey] });
    const options = { ...to(sshd, { type: "password", password: "s3cret" }, []), port: recorder.port } as const;
    expect(await refusal(options)).toMatchObject({ code: "ssh_host_key", message: expect.stringContaining("Test") });
    expect(recorder.connections()).toBe(0);
    await recorder.stop();
  });

  it("a changed one is refused with both fingerprints, and nothing is sent, not even the user", async () => {
    const mine = await generateSshKey({ type: "ed25519", comment: "" });
    const theirs = await generateSshKey({ type: "ed25519", comment: "" });
    const recorder = await startRecorder({ hostKeys: [theirs.privateKey] });
    const key = await sshd.clientKey();
    for (const auth of [{ type: "password", password: "s3cret" } as const, byKey(key.privateKey)]) {
      const options = { ...to(sshd, auth, [mine.publicKey]), port: recorder.port };
      const error = await refusal(options);
      expect(error.code).toBe("ssh_host_key");
      expect(error.message).toContain(mine.fingerprint);
      expect(error.message).toContain(theirs.fingerprint);
    }
    expect(recorder.connections()).toBe(2);
    expect(recorder.tried).toEqual([]);
    // The same server is told all of it once its key is confirmed: the recorder does record.
    await refusal({ ...to(sshd, { type: "password", password: "s3cret" }, [theirs.publicKey]), port: recorder.port });
    expect(recorder.tried).toEqual(["none:", "password:s3cret"]);
    await recorder.stop();
  });

  it("a key that differs in its last byte is another one", async () => {
    const { privateKey } = await sshd.clientKey();
    const [type, base64] = sshd.hostKeys()[0]?.split(" ") ?? [];
    const bytes = Buffer.from(base64 ?? "", "base64");
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const near = `${type} ${bytes.toString("base64")}`;
    const error = await refusal(to(sshd, byKey(privateKey), [near]));
    expect(error.code).toBe("ssh_host_key");
    expect(error.message).toContain(fingerprintOf(near));
  });

  it("a confirmed type that the server does not have: the message shows what it has", async () => {
    const { privateKey } = await sshd.clientKey();
    const rsa = sshd.hostKeys()[1] ?? "";
    const single = await startSshd({ hostKeys: ["ecdsa"] });
    const error = await refusal(to(single, byKey(privateKey), [rsa]));
    expect(error.message).toContain(fingerprintOf(rsa));
    expect(error.code).toBe("ssh_host_key");
    expect(error.message).toContain(`ecdsa-sha2-nistp256 ${fingerprintOf(single.hostKeys()[0] ?? "")}`);
    await single.stop();
  });
});

describe("servers with other wishes", () => {
  const password = "s3cret";
  let hostKey: { privateKey: string; publicKey: string };
  beforeAll(async () => {
    hostKey = await generateSshKey({ type: "ed25519", comment: "" });
  });
  const at = (port: number, auth: SshOptions["auth"] = { type: "password", password }): SshOptions => ({
    host: "127.0.0.1",
    port,
    user: "dozor",
    auth,
    hostKeys: [hostKey.publicKey],
  });

  it("the password answers one hidden prompt, as PAM asks", async () => {
    const answers: string[][] = [];
    const recorder = await startRecorder({
      hostKeys: [hostKey.privateKey],
      onAuthentication: (context) => {
        if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
        context.prompt([{ prompt: "Password: ", echo: false }], (given) => {
          answers.push(given);
          context.accept();
        });
      },
    });
    await (await connectSsh(at(recorder.port))).close();
    expect(answers).toEqual([[password]]);
    await recorder.stop();
  });

  it.each([
    ["a visible prompt", [{ prompt: "User: ", echo: true }]],
    [
      "two prompts",
      [
        { prompt: "Password: ", echo: false },
        { prompt: "Code: ", echo: false },
      ],
    ],
  ])("%s gets no password", async (_name, prompts) => {
    const answers: string[][] = [];
    const recorder = await startRecorder({
      hostKeys: [hostKey.privateKey],
      onAuthentication: (context) => {
        if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
        context.prompt(prompts, (given) => {
          answers.push(given);
          context.reject();
        });
      },
    });
    const error = await refusal(at(recorder.port));
    expect(error).toMatchObject({ code: "ssh_auth", message: expect.stringContaining("more than a password") });
    expect(answers.flat()).not.toContain(password);
    await recorder.stop();
  });

  it("a second prompt after the password gets nothing", async () => {
    const answers: string[][] = [];
    const recorder = await startRecorder({
      hostKeys: [hostKey.privateKey],
      onAuthentication: (context) => {
        if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
        context.prompt([{ prompt: "Password: ", echo: false }], (first) => {
          answers.push(first);
          context.prompt([{ prompt: "New password: ", echo: false }], (second) => {
            answers.push(second);
            context.reject();
          });
        });
      },
    });
    expect((await refusal(at(recorder.port))).code).toBe("ssh_auth");
    expect(answers).toEqual([[password], []]);
    await recorder.stop();
  });

  it("a password is tried once, and not at all where only keys are taken", async () => {
    const all = await startRecorder({ hostKeys: [hostKey.privateKey] });
    await refusal(at(all.port));
    expect(all.tried).toEqual(["none:", `password:${password}`]);
    await all.stop();
    const keysOnly = await startRecorder({
      hostKeys: [hostKey.privateKey],
      onAuthentication: (context) => context.reject(["publickey"]),
    });
    const error = await refusal(at(keysOnly.port));
    expect(error).toMatchObject({ code: "ssh_auth", message: expect.stringContaining("it takes: publickey") });
    expect(keysOnly.tried).toEqual(["none:"]);
    await keysOnly.stop();
  });

  it("a further proof after the key is said to be impossible", async () => {
    const key = await generateSshKey({ type: "ed25519", comment: "" });
    const recorder = await startRecorder({
      hostKeys: [hostKey.privateKey],
      onAuthentication: (context) => {
        if (context.method !== "publickey") return context.reject(["publickey"]);
        if (context.signature) context.reject(["keyboard-interactive"], true);
        else context.accept();
      },
    });
    const error = await refusal(at(recorder.port, byKey(key.privateKey)));
    expect(error).toMatchObject({ code: "ssh_auth", message: expect.stringContaining("further proof") });
    await recorder.stop();
  });
});
