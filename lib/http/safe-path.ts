/**
 * A path of ours to go to after signing in: anything that could lead to another site becomes `/`. Pure.
 * @param next what was asked for, e.g. `/servers/local?period=1h`
 */
export function safePath(next: unknown): string {
  const base = "http://dozor.invalid";
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next) || !URL.canParse(next, base)) return "/";
  const { origin, pathname, search, hash } = new URL(next, base);
  // Parsing drops tabs and line breaks, after which `/<tab>/host` would be another host's.
  if (origin !== base || pathname.startsWith("//")) return "/";
  return /^\/(login|register|api)(\/|$)/.test(pathname) ? "/" : `${pathname}${search}${hash}`;
}
