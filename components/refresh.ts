/** How often a list may refresh itself, in seconds. */
export const REFRESH_SECONDS = [5, 10, 15, 30, 60] as const;

/** What was remembered, or 15. */
export function refreshSeconds(remembered: string | undefined): number {
  return REFRESH_SECONDS.find((seconds) => String(seconds) === remembered) ?? 15;
}
