// What watching a machine over SSH costs: there, here, and on the way. The machine is this one, behind a real sshd.
import { readdirSync } from "node:fs";
import { createServer, connect as dial, type Socket } from "node:net";
import { hostProbes } from "../lib/host/probes";
import { connectSsh, type SshConnection } from "../lib/host/ssh/connect";
import type { HostProbe } from "../lib/probe";
import { type Sshd, startSshd } from "../tests/ssh/support/sshd";
import { SAMPLED, sampler } from "./support/host-sampler";
import { calibration } from "./support/measure";
import { descendantCpuSeconds } from "./support/processes";

const HOSTS = 10;
const SAMPLES = 100;
const WIRE_SAMPLES = 20;
const INTERVAL_MS = 5_000;
const FILES_ONLY = 'restrict,command="internal-sftp -R"';

interface Way {
  title: string;
  sshd: Sshd;
  rules: string;
}

async function connection({ sshd, rules }: Way, port = sshd.port): Promise<SshConnection> {
  const { privateKey } = await sshd.clientKey("ed25519", rules);
  const auth = { type: "key", privateKey, passphrase: "" } as const;
  return connectSsh({ host: sshd.host, port, user: sshd.user, hostKeys: sshd.hostKeys(), auth });
}

async function samplerOn(open: SshConnection, probes: readonly HostProbe[]): Promise<() => Promise<void>> {
  const host = await open.host();
  const take = sampler((probe) => host.readerOf(probe.name), probes);
  // What is asked ahead is learnt in the first two.
  for (let time = 0; time < 3; time++) await take();
  return take;
}

/** A relay that counts what passes. */
async function relay(port: number) {
  const passed = { there: 0, back: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    for (const socket of [near, far]) sockets.add(socket.on("error", () => {}));
    near.on("data", (data) => {
      passed.there += data.length;
      far.write(data);
    });
    far.on("data", (data) => {
      passed.back += data.length;
      near.write(data);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: typeof address === "object" && address ? address.port : 0, passed, close };
}

async function wireOf(way: Way, probes: readonly HostProbe[]): Promise<string> {
  const between = await relay(way.sshd.port);
  const open = await connection(way, between.port);
  try {
    const take = await samplerOn(open, probes);
    const before = { ...between.passed };
    for (let time = 0; time < WIRE_SAMPLES; time++) await take();
    const bytes = (way: "there" | "back") =>
      `${((between.passed[way] - before[way]) / WIRE_SAMPLES / 1024).toFixed(1)} KiB`;
    return `${bytes("there")} there, ${bytes("back")} back`;
  } finally {
    await open.close();
    between.close();
  }
}

/** Sessions that sshd has started: each is a process there. */
const sessions = ({ sshd }: Way) => sshd.log().match(/Starting session/g)?.length ?? 0;

async function measure(way: Way, what: string, probes: readonly HostProbe[], samples = SAMPLES): Promise<number> {
  const open = await Promise.all(Array.from({ length: HOSTS }, () => connection(way)));
  try {
    const takes = await Promise.all(open.map((one) => samplerOn(one, probes)));
    const started = sessions(way);
    const there = descendantCpuSeconds(way.sshd.pid());
    const here = process.cpuUsage();
    for (let time = 0; time < samples / HOSTS; time++) await Promise.all(takes.map((take) => take()));
    const spent = process.cpuUsage(here);
    const own = (spent.user + spent.system) / 1000 / samples;
    const cpuThere = ((descendantCpuSeconds(way.sshd.pid()) - there) * 1000) / samples;
    const processes = (sessions(way) - started) / samples;
    const wire = await wireOf(way, probes);
    console.log(
      `${way.title}, ${what}: ${cpuThere.toFixed(2)} ms of CPU there, ${own.toFixed(2)} ms here, ${wire}, ${processes.toFixed(1)} processes`,
    );
    return own;
  } finally {
    await Promise.all(open.map((one) => one.close()));
  }
}

async function benchSsh(): Promise<void> {
  console.log(`calibration: 100 MB SHA-256 in ${calibration().toFixed(0)} ms of CPU`);
  const count = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
  console.log(`each figure is for one sample of one machine, with ${HOSTS} of them watched; it has ${count} processes`);
  const config = ["LogLevel VERBOSE", "MaxSessions 20", "MaxStartups 100"];
  const sftp = await startSshd({ config });
  const plain = await startSshd({ config, subsystem: null });
  const processes = hostProbes.filter(({ name }) => name === "processes");
  try {
    const way = { title: "SFTP", sshd: sftp, rules: FILES_ONLY };
    const own = await measure(way, "without processes (goal there: 2 ms, 0 processes)", SAMPLED, 5 * SAMPLES);
    console.log(`  at 5 s one core here reads ${(INTERVAL_MS / own).toFixed(0)} machines (goal: 100)`);
    const dear = await measure(way, "processes, every 10 s", processes);
    console.log(`  with processes ${(INTERVAL_MS / (own + dear / 2)).toFixed(0)} machines`);
    const commands = { title: "commands", sshd: plain, rules: "" };
    await measure(commands, "without processes", SAMPLED);
    await measure(commands, "processes, every 10 s", processes);
  } finally {
    await Promise.all([sftp.stop(), plain.stop()]);
  }
}

await benchSsh();
process.exit(0);
