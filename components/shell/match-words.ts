/** For the palette: every word of the search must be in the text; a text that begins with it ranks first. */
export function matchWords(text: string, search: string): number {
  const where = text.toLowerCase();
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => where.includes(word))) return 0;
  const first = words[0] ?? "";
  if (where.split(/\s+/).some((part) => part.startsWith(first))) return 1;
  return 0.5;
}
