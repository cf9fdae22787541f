// Families that are made of what was collected: the names of node_exporter 1.5 and postgres_exporter 0.11 (later ones where
// those have none), so that dashboards and rules that people have keep working. What differs from them stands in
// docs/prometheus-and-grafana.md.
import type { Family } from "./format";

type Told = Pick<Family, "type" | "help">;
const gauge = (help: string): Told => ({ type: "gauge", help });
const counter = (help: string): Told => ({ type: "counter", help });

/** Of a machine; each has the label `server`, and those that are named here. */
const NODE = {
  // cpu, mode
  cpu_seconds_total: counter("Seconds each processor spent in each mode"),
  // cpu, mode
  cpu_guest_seconds_total: counter("Seconds each processor spent in guests"),
  // cpu
  cpu_scaling_frequency_hertz: gauge("Clock of each processor"),
  load1: gauge("Load average over 1 minute"),
  load5: gauge("Load average over 5 minutes"),
  load15: gauge("Load average over 15 minutes"),
  context_switches_total: counter("Context switches"),
  intr_total: counter("Interrupts served"),
  forks_total: counter("Processes and threads started"),
  procs_running: gauge("Threads that run or want to"),
  procs_blocked: gauge("Threads that wait for input or output"),
  boot_time_seconds: gauge("When the machine was started, in seconds since the epoch"),
  time_seconds: gauge("When the machine was read, by the clock of Dozor, in seconds since the epoch"),
  // sysname, release, machine, nodename
  uname_info: gauge("What the machine is"),
  memory_MemTotal_bytes: gauge("Memory"),
  memory_MemFree_bytes: gauge("Memory that nothing uses"),
  memory_MemAvailable_bytes: gauge("Memory that programs can have without swapping"),
  memory_Buffers_bytes: gauge("Memory that holds blocks of devices"),
  memory_Cached_bytes: gauge("Memory that holds pages of files"),
  memory_SwapCached_bytes: gauge("Memory that is in swap space as well"),
  memory_Active_bytes: gauge("Memory used of late"),
  memory_Inactive_bytes: gauge("Memory not used of late"),
  memory_Active_anon_bytes: gauge("Memory of programs used of late"),
  memory_Inactive_anon_bytes: gauge("Memory of programs not used of late"),
  memory_Active_file_bytes: gauge("Pages of files used of late"),
  memory_Inactive_file_bytes: gauge("Pages of files not used of late"),
  memory_Unevictable_bytes: gauge("Memory that cannot be given up"),
  memory_Mlocked_bytes: gauge("Memory that programs have locked"),
  memory_SwapTotal_bytes: gauge("Swap space"),
  memory_SwapFree_bytes: gauge("Swap space left"),
  memory_Dirty_bytes: gauge("Memory that waits to be written to a disk"),
  memory_Writeback_bytes: gauge("Memory that is being written to a disk"),
  memory_AnonPages_bytes: gauge("Memory of programs that belongs to no file"),
  memory_AnonHugePages_bytes: gauge("Memory of programs in huge pages that the kernel made"),
  memory_Mapped_bytes: gauge("Files mapped into memory"),
  memory_Shmem_bytes: gauge("Memory shared between programs, tmpfs counted"),
  memory_KReclaimable_bytes: gauge("Memory of the kernel that it can give up"),
  memory_Slab_bytes: gauge("Memory of the kernel's own structures"),
  memory_SReclaimable_bytes: gauge("Memory of the kernel's own structures that it can give up"),
  memory_SUnreclaim_bytes: gauge("Memory of the kernel's own structures that it cannot give up"),
  memory_KernelStack_bytes: gauge("Stacks of the kernel"),
  memory_PageTables_bytes: gauge("Page tables"),
  memory_Bounce_bytes: gauge("Bounce buffers of block devices"),
  memory_WritebackTmp_bytes: gauge("Buffers of FUSE for what is being written"),
  memory_CommitLimit_bytes: gauge("Memory that may be promised when overcommit is forbidden"),
  memory_Committed_AS_bytes: gauge("Memory that has been promised"),
  memory_VmallocTotal_bytes: gauge("Address space of the kernel's own allocations"),
  memory_VmallocUsed_bytes: gauge("Address space of the kernel's own allocations in use"),
  memory_Percpu_bytes: gauge("Memory that the kernel keeps for each processor"),
  memory_HugePages_Total: gauge("Huge pages in the pool"),
  memory_HugePages_Free: gauge("Huge pages not in use"),
  memory_HugePages_Rsvd: gauge("Huge pages promised but not yet used"),
  memory_HugePages_Surp: gauge("Huge pages above the size of the pool"),
  memory_Hugepagesize_bytes: gauge("Size of a huge page"),
  memory_Hugetlb_bytes: gauge("Memory in huge pages of all sizes"),
  vmstat_pgpgin: counter("KiB read from block devices into memory"),
  vmstat_pgpgout: counter("KiB written from memory to block devices"),
  vmstat_pswpin: counter("Pages brought back from swap space"),
  vmstat_pswpout: counter("Pages moved out to swap space"),
  vmstat_pgfault: counter("Page faults"),
  vmstat_pgmajfault: counter("Page faults that had to wait for a disk"),
  vmstat_oom_kill: counter("Processes killed because memory had run out"),
  // device, mountpoint, fstype
  filesystem_size_bytes: gauge("Size of the file system"),
  filesystem_free_bytes: gauge("Space not in use, what is kept for root counted"),
  filesystem_avail_bytes: gauge("Space an ordinary user can still fill"),
  filesystem_files: gauge("Inodes of the file system"),
  filesystem_files_free: gauge("Inodes left"),
  filesystem_device_error: gauge("1 where the file system does not tell its size"),
  // device
  disk_reads_completed_total: counter("Reads completed"),
  disk_writes_completed_total: counter("Writes completed"),
  disk_read_bytes_total: counter("Bytes read"),
  disk_written_bytes_total: counter("Bytes written"),
  disk_read_time_seconds_total: counter("Seconds spent by all reads"),
  disk_write_time_seconds_total: counter("Seconds spent by all writes"),
  disk_io_time_seconds_total: counter("Seconds with at least one request under way"),
  disk_io_time_weighted_seconds_total: counter("Seconds times the requests under way"),
  // device
  network_receive_bytes_total: counter("Bytes received"),
  network_transmit_bytes_total: counter("Bytes sent"),
  network_receive_packets_total: counter("Packets received"),
  network_transmit_packets_total: counter("Packets sent"),
  network_receive_errs_total: counter("Packets received with an error"),
  network_transmit_errs_total: counter("Packets that could not be sent"),
  network_receive_drop_total: counter("Packets received and dropped"),
  network_transmit_drop_total: counter("Packets dropped before sending"),
  network_up: gauge("1 where the link is up"),
  network_speed_bytes: gauge("Speed of the link in bytes per second"),
  netstat_Tcp_CurrEstab: gauge("TCP connections that are established or wait for the other side to close"),
  netstat_Tcp_RetransSegs: counter("TCP segments sent again"),
  netstat_TcpExt_ListenOverflows: counter("Connections lost because a listen queue was full"),
  sockstat_TCP_tw: gauge("TCP sockets that wait after their end"),
  pressure_cpu_waiting_seconds_total: counter("Seconds in which tasks waited for a processor"),
  pressure_memory_waiting_seconds_total: counter("Seconds in which tasks waited for memory"),
  pressure_memory_stalled_seconds_total: counter("Seconds in which all tasks waited for memory"),
  pressure_io_waiting_seconds_total: counter("Seconds in which tasks waited for input or output"),
  pressure_io_stalled_seconds_total: counter("Seconds in which all tasks waited for input or output"),
} as const satisfies Record<string, Told>;

/** Of a PostgreSQL server; each has the label `server`, and those that are named here. */
const PG = {
  up: gauge(
    "1 where PostgreSQL answered when asked last; 0 where not, where it lets nobody in, or nobody asked for long",
  ),
  // version, short_version
  static: gauge("Which PostgreSQL it is"),
  postmaster_start_time_seconds: gauge("When the server was started, in seconds since the epoch"),
  settings_max_connections: gauge("Connections that the server allows"),
  // datid, datname
  stat_database_numbackends: gauge("Server processes connected to the database"),
  stat_database_xact_commit: counter("Transactions committed"),
  stat_database_xact_rollback: counter("Transactions rolled back"),
  stat_database_blks_read: counter("Blocks read from outside shared buffers"),
  stat_database_blks_hit: counter("Blocks found in shared buffers"),
  stat_database_tup_returned: counter("Live rows scanned"),
  stat_database_tup_fetched: counter("Live rows fetched by index"),
  stat_database_tup_inserted: counter("Rows inserted"),
  stat_database_tup_updated: counter("Rows updated"),
  stat_database_tup_deleted: counter("Rows deleted"),
  stat_database_conflicts: counter("Statements cancelled in favour of replay, on standbys"),
  stat_database_temp_files: counter("Temporary files made by statements"),
  stat_database_temp_bytes: counter("Bytes written to temporary files by statements"),
  stat_database_deadlocks: counter("Deadlocks found"),
  stat_database_blk_read_time: counter("Milliseconds spent reading blocks, with track_io_timing"),
  stat_database_blk_write_time: counter("Milliseconds spent writing blocks, with track_io_timing"),
  stat_database_session_time: counter("Milliseconds spent by sessions, since PostgreSQL 14"),
  stat_database_active_time: counter("Milliseconds spent executing statements, since PostgreSQL 14"),
  stat_database_idle_in_transaction_time: counter("Milliseconds spent idle in transactions, since PostgreSQL 14"),
  stat_database_sessions: counter("Sessions begun, since PostgreSQL 14"),
  // datname
  database_size_bytes: gauge("Disk space of the database"),
  // datname, state
  stat_activity_count: gauge("Client sessions by database and state, without those of Dozor"),
  stat_activity_max_tx_duration: gauge("Seconds since the oldest open transaction began, by database and state"),
  stat_bgwriter_checkpoints_timed_total: counter("Checkpoints begun because of time, before PostgreSQL 17"),
  stat_bgwriter_checkpoints_req_total: counter("Checkpoints asked for, before PostgreSQL 17"),
  stat_bgwriter_checkpoint_write_time_total: counter("Milliseconds checkpoints spent writing, before PostgreSQL 17"),
  stat_bgwriter_checkpoint_sync_time_total: counter("Milliseconds checkpoints spent syncing, before PostgreSQL 17"),
  stat_bgwriter_buffers_checkpoint_total: counter("Buffers written by checkpoints, before PostgreSQL 17"),
  stat_bgwriter_buffers_clean_total: counter("Buffers written by the background writer"),
  stat_bgwriter_maxwritten_clean_total: counter("Rounds that the background writer ended early"),
  stat_bgwriter_buffers_backend_total: counter("Buffers written by backends themselves, before PostgreSQL 17"),
  stat_bgwriter_buffers_backend_fsync_total: counter("Files synced by backends themselves, before PostgreSQL 17"),
  stat_bgwriter_buffers_alloc_total: counter("Buffers allocated"),
  stat_checkpointer_num_timed_total: counter("Checkpoints begun because of time, since PostgreSQL 17"),
  stat_checkpointer_num_requested_total: counter("Checkpoints asked for, since PostgreSQL 17"),
  stat_checkpointer_restartpoints_timed_total: counter("Restartpoints begun because of time, since PostgreSQL 17"),
  stat_checkpointer_restartpoints_req_total: counter("Restartpoints asked for, since PostgreSQL 17"),
  stat_checkpointer_restartpoints_done_total: counter("Restartpoints carried out, since PostgreSQL 17"),
  stat_checkpointer_write_time_total: counter("Milliseconds checkpoints spent writing, since PostgreSQL 17"),
  stat_checkpointer_sync_time_total: counter("Milliseconds checkpoints spent syncing, since PostgreSQL 17"),
  stat_checkpointer_buffers_written_total: counter("Buffers written by checkpoints, since PostgreSQL 17"),
  stat_wal_records_total: counter("WAL records made, since PostgreSQL 14"),
  stat_wal_fpi_total: counter("Full page images written into WAL, since PostgreSQL 14"),
  stat_wal_bytes_total: counter("WAL made, since PostgreSQL 14"),
  stat_wal_buffers_full_total: counter("Times WAL was written because its buffers were full, since PostgreSQL 14"),
  replication_is_replica: gauge("1 on a standby or during recovery, 0 on a primary"),
  replication_lag_seconds: gauge("Age of the last transaction that a standby has replayed; 0 on a primary"),
  // application_name, client_addr, state
  stat_replication_pg_wal_lsn_diff: gauge("Bytes of write-ahead log that the follower has not yet replayed"),
  stat_replication_write_lag_seconds: gauge("How long write-ahead log took until the follower had written it"),
  stat_replication_flush_lag_seconds: gauge("How long write-ahead log took until the follower had made it durable"),
  stat_replication_replay_lag_seconds: gauge("How long write-ahead log took until the follower had replayed it"),
  // slot_name
  replication_slots_active: gauge("1 while somebody reads from the slot"),
  replication_slots_pg_wal_lsn_diff: gauge("Bytes of write-ahead log kept for the slot"),
  replication_slot_safe_wal_size_bytes: gauge("What may still be written before the slot loses write-ahead log"),
} as const satisfies Record<string, Told>;

/** How the servers themselves fare. */
const OURS = {
  // server
  server_up: gauge("1 where the server answers, 0 where it does not; none while it is paused or nothing is known"),
  // server, status
  server_status: gauge("1 for the status that the server has, 0 for the others"),
  // server, probe
  probe_last_success_timestamp_seconds: gauge("When the probe last answered, in seconds since the epoch"),
} as const satisfies Record<string, Told>;

function prefixed(prefix: string, told: Readonly<Record<string, Told>>): Family[] {
  return Object.entries(told).map(([name, { type, help }]) => ({ name: `${prefix}_${name}`, type, help }));
}

export type NodeName = keyof typeof NODE;
export type PostgresName = keyof typeof PG;
export type FleetName = `node_${NodeName}` | `pg_${PostgresName}` | `dozor_${keyof typeof OURS}`;

/** All of them, in the order in which they are told. */
export const FLEET_FAMILIES: readonly Family[] = [
  ...prefixed("dozor", OURS),
  ...prefixed("node", NODE),
  ...prefixed("pg", PG),
];
