// What can be wrong with a private key that somebody brings.

export type KeyProblem =
  | "not_a_key"
  | "public_key"
  | "passphrase_needed"
  | "passphrase_wrong"
  | "unsupported"
  | "too_weak";

/** `message` says what to do and holds nothing of the key. */
export class KeyError extends Error {
  override readonly name = "KeyError";
  constructor(
    readonly code: KeyProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
