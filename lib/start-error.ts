/** A reason not to start, for the person at the console: printed as it is, without a stack, before exit code 1. */
export class StartError extends Error {
  override readonly name = "StartError";
}
