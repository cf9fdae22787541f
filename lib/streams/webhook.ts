// Commands by webhook: a signed POST, so that the streamer knows who sent it and when.
import { createHmac } from "node:crypto";
import { ClosedAddressError, sendRequest } from "../outgoing";

const LIMIT_MS = 5_000;

interface Webhook {
  url: string;
  /** Null: unsigned. */
  secret: string | null;
}

/** What is sent; the same command is sent again with the same id. */
interface WebhookCommand {
  id: number;
  channel_id: string;
  command: string;
  reason: string;
  created_at: string;
}

/** `sha256=` and HMAC-SHA256 in hexadecimal digits over `<timestamp>.<body>`. */
function signatureOf(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}

/**
 * Sends a command; 5 s at most, redirects are not followed, what is answered besides the status is not read.
 * @param now goes into `X-Dozor-Timestamp`, in seconds, by which old messages can be refused
 * @returns null where it was taken (2xx), else what is wrong, without a secret
 */
export async function postWebhook(
  { url, secret }: Webhook,
  command: WebhookCommand,
  now: Date,
): Promise<string | null> {
  const address = new URL(url);
  const { host } = address;
  const body = JSON.stringify(command);
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const limit = AbortSignal.timeout(LIMIT_MS);
  try {
    const answer = await sendRequest(address, {
      method: "POST",
      body,
      signal: limit,
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": "Dozor",
        "x-dozor-command": String(command.id),
        "x-dozor-timestamp": timestamp,
        ...(secret !== null && { "x-dozor-signature": signatureOf(secret, timestamp, body) }),
      },
    });
    answer.destroy();
    const { statusCode: status = 0 } = answer;
    if (status >= 200 && status < 300) return null;
    const isElsewhere = status >= 300 && status < 400;
    return isElsewhere ? `${host} sends elsewhere (${status}), which is not followed` : `${host} answers ${status}`;
  } catch (error) {
    return faultOf(error, host, limit.aborted);
  }
}

function faultOf(error: unknown, host: string, late: boolean): string {
  if (late) return `${host} does not answer within ${LIMIT_MS / 1_000} s`;
  if (error instanceof ClosedAddressError) return `${host} is not asked: it is an address for one machine alone`;
  const { code } = error as { code?: unknown };
  return `${host} cannot be reached${typeof code === "string" ? ` (${code})` : ""}`;
}
