// Processes of a Linux host: the times and memory of all, and of those that use most who owns them and what they read and write.
import type { HostReader, ProcessStats } from "../../probe";
import type { Reason } from "../../reasons";
import { KeptNames } from "../kept-names";
import { commandsOf, type Grown, grownOf, leadersOf, leadingNames } from "../leading-processes";
import type { ProcessesReading, ProcessReading } from "../readings";
import { halfMinute, remember } from "../remember";
import { noProcesses } from "../unknown";
import { countAfter, countsIn, lineStart } from "./scan";

/** More than so many would cost the machine more than they tell. */
const MOST_PROCESSES = 5000;
const TOO_MANY: Reason = `more than ${MOST_PROCESSES.toLocaleString("en")} processes`;
const FILES_ONLY =
  "not to be read over SFTP there (more than 400 processes, or no further session), and this key may run no command";
const ONLY_OWN = "/proc shows only the processes of the account that reads it (hidepid)";
const IO_REFUSED: Reason = "only root and the owner of a process may see what it reads and writes (CAP_SYS_PTRACE)";
/** What its flags say of a thread of the kernel: PF_KTHREAD of include/linux/sched.h. */
const KERNEL_THREAD = 0x0020_0000;
/** Under which all threads of the kernel are counted: their names change with what they do. */
const KERNEL = "(kernel)";

/** The last one that is read: resident pages. Kernels tell more behind it. */
const LAST_FIELD = 24;

type More = NonNullable<ProcessReading["more"]>;

/** What is remembered of a machine between two readings. */
interface Memory {
  names: KeptNames;
  last: { reading: ProcessesReading; at: number } | undefined;
}

const memories = new WeakMap<HostReader, Memory>();

export async function readProcesses(host: HostReader): Promise<ProcessesReading> {
  const stats = await (host.processStats?.(MOST_PROCESSES) ?? statsHere(host));
  if (typeof stats === "string") return noProcesses(stats === "refused" ? FILES_ONLY : TOO_MANY);
  const processes = [...stats.values()].flatMap((text) => parseProcess(text, host.pageSize) ?? []);
  if (processes.length === 0) return noProcesses("/proc shows no processes");
  const uptimeSeconds = parseUptime((await host.text("/proc/uptime")) ?? "");
  const reading = { processes, kept: new Set<string>(), uptimeSeconds, ticksPerSecond: host.ticksPerSecond };
  return complete(host, {
    ...reading,
    unavailable: stats.has("1") ? {} : { processes: ONLY_OWN, threads: ONLY_OWN },
  });
}

async function statsHere(host: HostReader): Promise<ProcessStats> {
  const ids = (await host.list("/proc")).filter((name) => /^\d+$/.test(name));
  if (ids.length > MOST_PROCESSES) return "too many";
  const texts = (await host.once?.(ids.map((id) => `/proc/${id}/stat`))) ?? [];
  return new Map(ids.map((id, index) => [id, texts[index] ?? ""]));
}

async function complete(host: HostReader, reading: ProcessesReading): Promise<ProcessesReading> {
  const memory = memories.get(host) ?? { names: new KeptNames(), last: undefined };
  memories.set(host, memory);
  const at = performance.now();
  const { last } = memory;
  const elapsedSeconds = last ? (at - last.at) / 1000 : 0;
  const grown = grownOf(reading, { before: last?.reading, elapsedSeconds });
  const commands = commandsOf(grown, ({ group }) => group);
  const { byCpu, byMemory } = leadersOf(grown);
  const leaders = [...new Set([...byCpu, ...byMemory])];
  await addMore(host, leaders);
  // What has ended meanwhile has no user either.
  const refused = leaders.some(({ process: { more } }) => more?.io === null && more.user !== null);
  const names = commands.map(({ name }) => name);
  const whole = {
    ...reading,
    kept: memory.names.keep(leadingNames(commands, elapsedSeconds * reading.ticksPerSecond), names, at),
    unavailable: { ...reading.unavailable, ...(refused && { io: IO_REFUSED }) },
  };
  memory.last = { reading: whole, at };
  return whole;
}

/** Asks what it costs more to know, and not again what was refused. */
async function addMore(host: HostReader, leaders: readonly Grown[]): Promise<void> {
  const users = await usersOf(host, undefined);
  const asked = leaders.filter(({ before }) => before?.more?.io !== null);
  const folder = ({ process }: Grown) => `/proc/${process.pid}`;
  const paths = [...leaders.map((one) => `${folder(one)}/status`), ...asked.map((one) => `${folder(one)}/io`)];
  const texts = (await host.once?.(paths)) ?? [];
  for (const [index, { process }] of leaders.entries()) {
    process.more = { user: parseUser(texts[index] ?? "", users), io: null };
  }
  for (const [index, { process }] of asked.entries()) {
    if (process.more) process.more.io = parseIo(texts[leaders.length + index] ?? "");
  }
}

/** Whoever adds an account writes the file anew: an open handle would show the old one. */
const usersOf = remember(async (host, _key: undefined) => {
  const [text] = (await host.once?.(["/etc/passwd"])) ?? [];
  return parseUsers(text ?? "");
}, halfMinute);

/** /proc/PID/stat, see proc_pid_stat(5); null where it is not whole. */
export function parseProcess(text: string, pageSize: number): ProcessReading | null {
  // A name may hold anything, also a parenthesis and a line's end: it goes up to the last parenthesis.
  const open = text.indexOf(" (");
  const close = text.lastIndexOf(") ");
  if (open < 1 || close <= open || !text.endsWith("\n")) return null;
  const [pid] = countsIn(text, 0, open);
  // The first word after the name is the state, field 3 of the manual.
  let end = close + 1;
  for (let number = 3; number <= LAST_FIELD && end > 0; number++) end = text.indexOf(" ", end + 1);
  if (end < 0) return null;
  const fields = countsIn(text, close + 2, end);
  const field = (number: number) => fields[number - 3] ?? null;
  const [flags, user, system, threads, startTicks, pages] = [9, 14, 15, 20, 22, 24].map(field);
  if (pid == null || user == null || system == null || startTicks == null || pages == null) return null;
  const command = printable(text.slice(open + 2, close)) || "?";
  const isKernel = flags != null && Math.floor(flags / KERNEL_THREAD) % 2 === 1;
  return {
    ...{ pid, command, group: isKernel ? KERNEL : command, startTicks },
    ...{ cpuTicks: user + system, threads: threads ?? 0, rssBytes: pages * pageSize },
  };
}

/** Who a process acts for: the name of its effective user, or the number where the machine has no name for it. */
export function parseUser(status: string, users: ReadonlyMap<number, string>): string | null {
  const start = lineStart(status, "Uid:");
  const end = start < 0 ? -1 : status.indexOf("\n", start);
  if (end < 0) return null;
  const [, effective] = countsIn(status, start + "Uid:".length, end);
  return effective == null ? null : (users.get(effective) ?? String(effective));
}

/** /proc/PID/io, see proc_pid_io(5): what reached a disk; null where it may not be read. */
export function parseIo(text: string): More["io"] {
  const [readBytes, writeBytes] = [countAfter(text, "read_bytes:"), countAfter(text, "write_bytes:")];
  return readBytes === null || writeBytes === null ? null : { readBytes, writeBytes };
}

/** Names by number, see passwd(5); the first of several holds. */
export function parseUsers(text: string): Map<number, string> {
  const users = new Map<number, string>();
  for (const [, name = "", id = ""] of text.matchAll(/^([^:\n]{1,256}):[^:\n]*:(\d{1,10}):.*\n/gm)) {
    if (!users.has(Number(id))) users.set(Number(id), printable(name));
  }
  return users;
}

/** A name that anybody may choose, without what would turn, break or hide the text around it. */
function printable(name: string): string {
  return /^[ -~]*$/.test(name) ? name : name.replace(/[\p{C}\p{Z}]/gu, (sign) => (sign === " " ? sign : "?"));
}

/** /proc/uptime, see proc_uptime(5). */
function parseUptime(text: string): number | null {
  const seconds = /^(\d{1,12}\.\d\d) /.exec(text)?.[1];
  return seconds === undefined ? null : Number(seconds);
}
