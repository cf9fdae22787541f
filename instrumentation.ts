/** Next calls this once when the server starts: the collector begins here and runs beside the pages. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startInBackground } = await import("./lib/collect/background");
  startInBackground();
}
