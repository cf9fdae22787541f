// What is known about a machine besides its numbers: one shape for collector, API and pages.
import { z } from "zod";

const containerSchema = z.object({
  /** `docker`, `podman`, `kubernetes`, `lxc` … or `unknown`. */
  kind: z.string(),
  /** How it is known. */
  evidence: z.string(),
  /** What the container may use; null: not limited or not visible. The snapshots hold the numbers of the whole host. */
  memory_limit_bytes: z.number().nullable(),
  cpu_limit_cores: z.number().nullable(),
});

export const hostFactsSchema = z.object({
  hostname: z.string(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  /** `Debian GNU/Linux 12` */
  os: z.string(),
  kernel: z.string(),
  arch: z.string(),
  /** The hypervisor under this machine (`KVM`, or `unknown`), null on hardware of its own. */
  virtualisation: z.string().nullable(),
  /** null: not in a container. */
  container: containerSchema.nullable(),
  cpu_model: z.string().nullable(),
  core_count: z.int().nullable(),
  physical_cores: z.int().nullable(),
  memory_total_bytes: z.number().nullable(),
  boot_time: z.iso.datetime().nullable(),
  /** Which way the numbers come: from /proc and /sys, or from the operating system's library. */
  source: z.enum(["linux", "library"]),
});

export type HostFacts = z.infer<typeof hostFactsSchema>;
export type ContainerFacts = z.infer<typeof containerSchema>;
