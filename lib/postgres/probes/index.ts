// The questions asked of a watched PostgreSQL server on a schedule.
import type { StorageProbe } from "../../probe";
import type { PostgresProbe } from "../probe";
import { activity } from "./activity";
import { databases } from "./databases";
import { instance } from "./instance";
import { sizes } from "./sizes";
import { storage } from "./storage";

export const postgresProbes: readonly PostgresProbe[] = [instance, activity, databases, sizes];

/** Those that ask the machine as well. */
export const storageProbes: readonly StorageProbe[] = [storage];
