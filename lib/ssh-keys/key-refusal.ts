// Why a private key was not taken, by the field that mends it.
import { AppError } from "../errors";
import { KeyError } from "../host/ssh/keys";

/** @param field where the key came @returns what to throw: an AppError invalid, or the error itself where nobody expected it */
export function refusalOf(error: unknown, field: string): unknown {
  if (!(error instanceof KeyError)) return error;
  const { code, message } = error;
  const path = code.startsWith("passphrase") ? "passphrase" : field;
  return new AppError("invalid", message, { cause: error, fields: [{ path, message, rule: code }] });
}
