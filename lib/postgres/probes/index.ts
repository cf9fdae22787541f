// The questions asked of a watched PostgreSQL server on a schedule.
import type { StorageProbe } from "../../probe";
import type { PostgresProbe } from "../probe";
import { activity } from "./activity";
import { checkpoints } from "./checkpoints";
import { databases } from "./databases";
import { instance } from "./instance";
import { inventory } from "./inventory";
import { io } from "./io";
import { replication } from "./replication";
import { sessions } from "./sessions";
import { sizes } from "./sizes";
import { storage } from "./storage";
import { wal } from "./wal";

export const postgresProbes: readonly PostgresProbe[] = [
  instance,
  activity,
  databases,
  replication,
  checkpoints,
  wal,
  io,
  inventory,
  sizes,
];

/** Those that ask the machine as well. */
export const storageProbes: readonly StorageProbe[] = [storage];

/** Those that are asked only while somebody looks, for them alone; a watch lease names the probe. */
export const watchedProbes: readonly PostgresProbe[] = [sessions];
