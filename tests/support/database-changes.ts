// Databases of a server that come and go: what can happen, and what is there afterwards.
import fc from "fast-check";

export interface Database {
  oid: number;
  name: string;
}

type Step = { kind: "create" | "drop" | "rename" | "recreate" | "swap"; pick: number; name: string };
/** Something that happens to databases. */
export const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("create", "drop", "rename", "recreate", "swap"),
  pick: fc.nat(20),
  name: fc.constantFrom("a", "b", "c", "it's", 'q"x\\', "ü"),
});
/** A server whose databases come and go. */
export class DatabaseModel {
  databases: Database[] = [{ oid: 100, name: "a" }];
  #next = 101;

  apply({ kind, pick, name }: Step): void {
    const index = pick % Math.max(1, this.databases.length);
    const [one, other] = [this.databases[index], this.databases[(index + 1) % Math.max(1, this.databases.length)]];
    const isFree = !this.databases.some((database) => database.name === name);
    if (kind === "create" && isFree) this.databases.push({ oid: this.#next++, name });
    if (!one) return;
    if (kind === "drop") this.databases.splice(index, 1);
    if (kind === "recreate") this.databases[index] = { oid: this.#next++, name: one.name };
    if (kind === "rename" && isFree) this.databases[index] = { ...one, name };
    if (kind === "swap" && other) [one.name, other.name] = [other.name, one.name];
  }
}
