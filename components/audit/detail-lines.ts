// The details of an entry as lines: of a change inside an object only what differs. Pure.

export interface Change {
  old: unknown;
  new: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Names with their values, which may be a `Change`; names of inner fields stand behind a dot. */
export function detailLines(details: Fields): [name: string, value: unknown][] {
  return Object.entries(details).flatMap(([name, value]) => {
    if (!isObject(value) || !("old" in value) || !("new" in value)) return [[name, value]];
    return differences(name, { old: value.old, new: value.new });
  });
}

function differences(name: string, change: Change): [name: string, change: Change][] {
  const { old: before, new: after } = change;
  if (!isObject(before) || !isObject(after)) return [[name, change]];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((inner) => {
    const [old, next] = [before[inner] ?? null, after[inner] ?? null];
    return JSON.stringify(old) === JSON.stringify(next) ? [] : differences(`${name}.${inner}`, { old, new: next });
  });
}
