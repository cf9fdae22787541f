// What a notification of `dozor_latest` says has changed: `subject:probe[,subject:probe…]`. Pure.

/** Subject → kinds of its latest rows that changed. */
export type Changes = Map<number, Set<string>>;

/** Adds what a payload tells about subjects that somebody follows; anything it does not understand is passed over. */
export function addChanges(changes: Changes, payload: string, isFollowed: (subject: number) => boolean): void {
  for (const entry of payload.split(",")) {
    const [, subject, kind] = /^(\d{1,10}):(.+)$/.exec(entry) ?? [];
    if (subject === undefined || kind === undefined || !isFollowed(Number(subject))) continue;
    const kinds = changes.get(Number(subject)) ?? new Set<string>();
    changes.set(Number(subject), kinds.add(kind));
  }
}
