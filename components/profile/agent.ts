/** The names under which clients call themselves, the more special before what they pretend to be. */
const CLIENTS: [pattern: RegExp, name: string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bYaBrowser\//, "Yandex Browser"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/[\d.]+ .*Safari\//, "Safari"],
];
const SYSTEMS: [pattern: RegExp, name: string][] = [
  [/\bWindows\b/, "Windows"],
  [/\bAndroid\b/, "Android"],
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/** Browser and system of a User-Agent header; of another client its first product (`curl/8.5.0`); null where it says nothing. Pure. */
export function describeAgent(userAgent: string | null): { client: string; system: string | null } | null {
  if (!userAgent?.trim()) return null;
  const nameIn = (list: typeof CLIENTS) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const client = nameIn(CLIENTS) ?? userAgent.trim().split(/\s/)[0]?.slice(0, 40) ?? "";
  return { client, system: nameIn(SYSTEMS) ?? null };
}
