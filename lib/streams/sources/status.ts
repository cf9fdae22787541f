// What Icecast's status-json.xsl tells. Pure, and never fails.
import { type Loose, looseJson } from "./loose-json";
import { cleanText } from "./text";

/** What a source sends, and who listens. */
export interface Mount {
  /** `/live.mp3` */
  path: string;
  /** Whether a source is connected: a relay on demand is listed without one. */
  onAir: boolean;
  /** When the source connected, by Icecast's clock. */
  startedAt: Date | null;
  title: string | null;
  /** Null: not told. */
  listeners: number | null;
  /** Most at once since the source connected. */
  peak: number | null;
  bitrateKbps: number | null;
  /** `MP3`, `Ogg Vorbis`; a content type that has no name here as it is. */
  codec: string | null;
}

export interface Status {
  /** `Icecast 2.4.4` */
  server: string | null;
  mounts: Mount[];
  /** False where the answer broke off, so that more mounts may be there. */
  complete: boolean;
}

const MOST_MOUNTS = 1_000;
const LONGEST_PATH = 1_000;

/** @returns null where the text is no status of an Icecast */
export function parseStatus(text: string): Status | null {
  const { value, complete } = looseJson(text);
  const stats = entriesOf(entriesOf(value)?.icestats);
  if (!stats) return null;
  // One source comes as an object, several as a list.
  const sources = [stats.source ?? null].flat(1);
  const mounts = new Map<string, Mount>();
  for (const source of sources) {
    const mount = mountOf(source);
    if (mount && mounts.size < MOST_MOUNTS) mounts.set(mount.path, mount);
  }
  return { server: textOf(stats.server_id), mounts: [...mounts.values()], complete };
}

type Entries = Readonly<Record<string, Loose>>;

const entriesOf = (value: Loose | undefined): Entries | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;

function mountOf(value: Loose): Mount | null {
  const source = entriesOf(value);
  const path = /^[a-z]+:\/\/[^/]*(\/.*)$/is.exec(rawOf(source?.listenurl))?.[1];
  if (!source || path === undefined || path.length > LONGEST_PATH) return null;
  const startedAt = dateOf(source.stream_start_iso8601);
  return {
    path,
    onAir: startedAt !== null || source.stream_start !== undefined || source.server_type !== undefined,
    startedAt,
    title: titleOf(source),
    listeners: countOf(source.listeners),
    peak: countOf(source.listener_peak),
    bitrateKbps: bitrateOf(source),
    codec: codecOf(source),
  };
}

/** A value that came several times is its last. */
const rawOf = (value: Loose | undefined): string => {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === "string" ? last : "";
};
const textOf = (value: Loose | undefined): string | null => cleanText(rawOf(value));

/** Ogg tells artist and title apart, MP3 does not. */
function titleOf(source: Entries): string | null {
  const artist = textOf(source.artist);
  const title = textOf(source.title) ?? textOf(source.yp_currently_playing);
  return cleanText([artist, title].filter(Boolean).join(" - "));
}

function countOf(value: Loose | undefined): number | null {
  const text = rawOf(value).trim();
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** kbit/s as the source told it; `audio_bitrate` is in bit/s. */
function bitrateOf(source: Entries): number | null {
  const told = [rawOf(source.bitrate), rawOf(source["ice-bitrate"])].map(Number);
  const kbps = [...told, Number(rawOf(source.audio_bitrate)) / 1_000].find((rate) => rate > 0 && rate < 1_000_000);
  return kbps ?? null;
}

const CODECS: Readonly<Record<string, string>> = {
  "audio/mpeg": "MP3",
  "audio/aac": "AAC",
  "audio/aacp": "AAC+",
  "audio/flac": "FLAC",
  "audio/opus": "Opus",
  "audio/ogg": "Ogg",
  "application/ogg": "Ogg",
  "video/ogg": "Ogg",
  "audio/webm": "WebM",
  "video/webm": "WebM",
};

function codecOf(source: Entries): string | null {
  const type = textOf(source.server_type)?.split(";")[0]?.trim().toLowerCase();
  if (!type) return null;
  const codec = CODECS[type] ?? type.slice(0, 40);
  const inside = codec === "Ogg" ? textOf(source.subtype)?.slice(0, 40) : null;
  return inside ? `${codec} ${inside}` : codec;
}

/** `2026-11-22T15:30:00+0000` */
function dateOf(value: Loose | undefined): Date | null {
  const text = rawOf(value);
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return null;
  const date = new Date(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(date.getTime()) ? null : date;
}
