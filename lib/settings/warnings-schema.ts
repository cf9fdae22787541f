// Thresholds of warnings as one line of text: `60, 30, 10`.
import { z } from "zod";

/** What such a line looks like. */
export const WARNINGS = /^\s*\d{1,4}(\s*,\s*\d{1,4}){0,4}\s*$/;
const RANGE =
  "Auto-end warnings: 1 to 5 whole numbers of seconds from 1 to 3600, separated by commas, such as 60, 30, 10";

/** Thresholds in seconds, the largest first, each once. Pure. */
export const warningsOf = (line: string): number[] =>
  [...new Set(line.split(",").map((part) => Number(part.trim())))].sort((a, b) => b - a);

export const warningsSchema = z
  .string(RANGE)
  .regex(WARNINGS, RANGE)
  .refine((line) => warningsOf(line).every((seconds) => seconds >= 1 && seconds <= 3_600), RANGE);
