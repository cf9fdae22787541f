// The questions asked of a watched PostgreSQL server on a schedule.
import type { PostgresProbe } from "../probe";
import { activity } from "./activity";
import { databases } from "./databases";
import { instance } from "./instance";
import { sizes } from "./sizes";

export const postgresProbes: readonly PostgresProbe[] = [instance, activity, databases, sizes];
