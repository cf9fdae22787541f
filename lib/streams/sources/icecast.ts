// Asks an Icecast server: what is on air, and to end a source.
import { ProbeError } from "../../probe";
import { type Answer, askHttp, type Credentials } from "./request";
import { channelIdOf, credentialsOf, type SourceRow } from "./rows";
import { parseStatus, type Status } from "./status";
import { decodeText } from "./text";

export interface Answered extends Status {
  /** Icecast's clock when it answered; null where it did not say. */
  date: Date | null;
}

/** @throws ProbeError also where it answers, but not as an Icecast */
export async function readStatus(url: string): Promise<Answered> {
  const answer = await askHttp(addressOf(url, "status-json.xsl"));
  requireSuccess(answer, url);
  const status = parseStatus(decodeText(answer.bytes));
  if (!status) throw new ProbeError("protocol", "It answers, but not with the status of an Icecast 2.4 or later.");
  return { ...status, date: answer.date };
}

/** Whether these credentials open what ends a source. @throws ProbeError where it does not answer */
export async function checkAdmin(url: string, credentials: Credentials): Promise<"ok" | "refused"> {
  const { status } = await askHttp(addressOf(url, "admin/listmounts"), credentials);
  return status === 200 ? "ok" : "refused";
}

/**
 * Ends what a source sends to a mount; one that is not there any more has ended.
 * @throws ProbeError auth where the source has no credentials, or they are refused
 */
export async function killSource(source: SourceRow, mount: string): Promise<void> {
  const credentials = credentialsOf(source);
  if (!credentials)
    throw new ProbeError("auth", `Icecast ${source.name} has no user and password to end a source with.`);
  const address = addressOf(source.url, "admin/killsource");
  address.searchParams.set("mount", mount);
  const answer = await askHttp(address, credentials);
  // 400: Source does not exist.
  if (answer.status === 400 && !(await isOnAir(source, mount))) return;
  requireSuccess(answer, source.url);
}

const isOnAir = async ({ url }: SourceRow, mount: string): Promise<boolean> =>
  (await readStatus(url)).mounts.some(({ path, onAir }) => onAir && path === mount);

/**
 * Ends a channel of a source.
 * @param channelId as `channels` has it
 * @param options.unlessHeard spares one that somebody listens to: whoever came since the last poll is known to Icecast alone
 * @throws ProbeError also where it was spared
 */
export async function killChannel(
  source: SourceRow,
  channelId: string,
  { unlessHeard }: { unlessHeard: boolean },
): Promise<void> {
  const { mounts } = await readStatus(source.url);
  // The id does not always hold the whole address, so the address is found by the id.
  const mount = mounts.find(({ path, onAir }) => onAir && channelIdOf(source.name, path) === channelId);
  if (!mount) return;
  if (unlessHeard && mount.listeners !== 0) throw new ProbeError("internal", "Somebody listens: it is not ended.");
  await killSource(source, mount.path);
}

/** Below the path of the source's address: Icecast may stand behind a proxy. */
const addressOf = (url: string, path: string): URL => new URL(path, url.endsWith("/") ? url : `${url}/`);

function requireSuccess({ status }: Answer, url: string): void {
  if (status === 200) return;
  const { host } = new URL(url);
  if (status === 401 || status === 403) throw new ProbeError("auth", `${host} refuses the user or the password.`);
  if (status >= 300 && status < 400)
    throw new ProbeError("protocol", `${host} sends elsewhere (${status}), which is not followed: give that address.`);
  throw new ProbeError("protocol", `${host} answers ${status}.`);
}
