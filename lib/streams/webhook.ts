// Commands by webhook: a signed POST, so that the streamer knows who sent it and when.
import { createHmac } from "node:crypto";

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
  const { host } = new URL(url);
  const body = JSON.stringify(command);
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  try {
    const { status, body: answer } = await fetch(url, {
      method: "POST",
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: {
        "content-type": "application/json",
        "user-agent": "Dozor",
        "x-dozor-command": String(command.id),
        "x-dozor-timestamp": timestamp,
        ...(secret !== null && { "x-dozor-signature": signatureOf(secret, timestamp, body) }),
      },
    });
    await answer?.cancel().catch(() => {});
    if (status >= 200 && status < 300) return null;
    const isElsewhere = status >= 300 && status < 400;
    return isElsewhere ? `${host} sends elsewhere (${status}), which is not followed` : `${host} answers ${status}`;
  } catch (error) {
    return faultOf(error, host);
  }
}

function faultOf(error: unknown, host: string): string {
  if ((error as { name?: unknown }).name === "TimeoutError")
    return `${host} does not answer within ${LIMIT_MS / 1_000} s`;
  const code = (error as { cause?: { code?: unknown } }).cause?.code;
  return `${host} cannot be reached${typeof code === "string" ? ` (${code})` : ""}`;
}
