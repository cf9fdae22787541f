// Why a value is missing: every sentence that probes have of their own, each under the code by which pages translate it.

/** The API says these; the messages hold them under `reasons.probe`. What varies stands in braces. */
export const REASONS = {
  second_sample: "needs a second sample",
  next_interval: "Measured from now on; known after the next interval",
  not_by_system: "not told by this operating system",
  not_by_kernel: "not told by this kernel",
  linux_only: "told by Linux only",
  no_proc_there:
    "Nothing is to be read there under /proc: over SSH the numbers of Linux machines are read, by an account without chroot that may use SFTP or run commands",
  no_clock: "neither cpufreq nor /proc/cpuinfo tells the clock",
  no_sensor: "this machine shows no temperature sensor",
  old_memory: "kernels before 3.14 do not tell what is available",
  no_huge_pages: "this kernel is built without huge pages",
  not_counted: "this kernel does not count it",
  no_pressure: "this kernel tells no pressure: older than 4.20, built without PSI, or started with psi=0",
  not_defined: "not defined for a whole machine",
  no_processes: "/proc shows no processes",
  own_processes: "/proc shows only the processes of the account that reads it (hidepid)",
  others_io: "only root and the owner of a process may see what it reads and writes (CAP_SYS_PTRACE)",
  processes_by_command:
    "not to be read over SFTP there (more than 400 processes, or no further session), and this key may run no command",
  many_processes: "more than {most} processes",
  many_sockets:
    "{open} TCP sockets are open; states are counted up to {most}, above that only established (with close_wait) and time_wait are known",
  no_disks: "{folder} cannot be read, so disks cannot be told from partitions",
  perf_off: "counting with perf is switched off",
  perf_late: "perf has not told of an interval for a while",
  perf_silent: "perf has not told anything for a while; it is started again",
  perf_starting: "perf has begun to count; its first interval has not ended yet",
  perf_not_linux: "perf is a program of Linux, and this machine runs something else",
  perf_files_only: "This key only reads files; perf needs one that may run commands",
  perf_missing: "The program perf is not installed here",
  perf_of_kernel: "There is no perf for the kernel that runs here",
  perf_ended: "perf ended without a word",
  perf_ended_with: "perf ended: {words}",
  perf_forbidden: "The kernel does not let this process count on all processors{setting}; CAP_PERFMON would be enough",
  perf_no_counters:
    "The processor's counters are not visible here; virtual machines have them only where their host passes them on",
  perf_no_core: "The setting names cores {cores}, but this machine runs {online}",
  perf_unknown_event: "perf has no event of this name",
  perf_unsupported: "this machine cannot count it",
  perf_no_counter: "it had no counter of the processor in this interval",
  perf_none: "there were no {event}",
  perf_needs: "needs {part} and {whole}",
  no_size: "this file system tells no size",
  silent_file_system: "the file system does not answer",
  not_absolute: "not an absolute path",
  not_askable: "not an absolute path of one line with at most 4096 bytes",
  no_file: "no such file or directory on this machine",
  no_file_there: "no such file or directory on that machine",
  no_look:
    "this process may not look into the directory that holds {path}; let its user join the group of PostgreSQL and make the data directory readable for it (0750, initdb --allow-group-access)",
  no_look_there:
    "{user} may not look into the directory that holds {path}; make {member} a member of the group of PostgreSQL and the data directory readable for it (0750, initdb --allow-group-access)",
  unreadable: "it cannot be read ({code})",
  no_statvfs: "its SFTP server cannot tell sizes (statvfs@openssh.com); let the user run df",
  df_nothing: "df said nothing about it",
  df_words: "df: {words}",
  no_path: "PostgreSQL tells its path only to members of pg_read_all_settings (pg_monitor is one)",
  no_space: "The machine does not tell how full the file system of {path} is",
  other_machine: "PostgreSQL runs on another machine than the one that is read",
  old_postgres: "{probe} needs PostgreSQL {oldest} or newer; this server has {version}",
  old_column: "This version of PostgreSQL does not tell it",
  many_values: "Only the first {most} values of a reading are kept; the server gave more",
  told_together: "Only {most} {what} have series of their own; the rest is told together as {others}",
  not_measured: "The server does not measure it: {setting} is off",
  no_sessions: "Dozor's role does not see what other users' sessions do: grant it pg_monitor (or pg_read_all_stats)",
  no_monitor: "Dozor's role may not read it: grant it pg_monitor",
  no_settings: "Dozor's role may not read it: grant it pg_monitor (or pg_read_all_settings)",
  no_connect: "Dozor's role may not read it: grant it pg_monitor, or CONNECT on the database",
  no_stat_file:
    "Dozor's role may not read it: GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text, boolean) TO {role}",
  dropped: "The database was dropped meanwhile",
  too_long: "It took longer than {seconds} s to measure",
  copied: "A standby's files have the times at which they were copied; its primary knows",
  superusers_only: "PostgreSQL 10 tells it to superusers only",
  refused: "The server does not tell it: {words}",
  nothing_replayed: "A standby has not replayed any write-ahead log yet",
  no_transaction_replayed: "This standby has not replayed any transaction since it started",
  not_encrypted: "Dozor's connection to this server is not encrypted",
  no_limit: "No database has a limit of its own",
  own_database: "Dozor's own database does not answer",
  // Behind all that end the same way.
  no_reading: "{file} cannot be read",
} as const;
export type ReasonCode = keyof typeof REASONS;

type Filled<Text extends string> = Text extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Text;
/** A sentence of the list, filled in: another one does not compile. */
export type Reason = Filled<(typeof REASONS)[ReasonCode]>;

/** Words of others, a server's for instance: no list holds them, and pages show them as they are. */
export const inTheirWords = (words: string): Reason => words as Reason;

/** Why values are missing: snapshot place or metric name → reason. */
export type Reasons = Record<string, Reason>;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

const PATTERNS = Object.entries(REASONS).map(([code, text]) => {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 1 ? `(?<${part}>.*)` : escaped(part)));
  return { code: code as ReasonCode, pattern: new RegExp(`^${parts.join("")}$`, "s") };
});

/** Which sentence of the list a text is, and with what it is filled; null where it is none: a server's own words, for instance. */
export function readReason(text: string): { code: ReasonCode; values: Record<string, string> } | null {
  for (const { code, pattern } of PATTERNS) {
    const found = pattern.exec(text);
    if (found) return { code, values: { ...found.groups } };
  }
  return null;
}
