// Who leaves where all live connections of an instance are taken: one user with many must not keep all others out. Pure.
import type { Actor } from "../users/permissions";

interface Holder {
  readonly actor: Actor;
  readonly isOpen: boolean;
}

/**
 * The newest connection of the user who holds the most, if that are at least two more than the newcomer has; else null, and
 * the newcomer has to wait.
 * @param holders in the order in which they came
 */
export function whoGivesWay<Connection extends Holder>(
  holders: Iterable<Connection>,
  newcomer: Actor,
): Connection | null {
  const byUser = new Map<string | null, Connection[]>();
  for (const holder of holders) {
    if (!holder.isOpen) continue;
    const held = byUser.get(holder.actor.userId);
    if (held) held.push(holder);
    else byUser.set(holder.actor.userId, [holder]);
  }
  let most: Connection[] = [];
  for (const held of byUser.values()) if (held.length > most.length) most = held;
  const own = byUser.get(newcomer.userId)?.length ?? 0;
  return most.length >= own + 2 ? (most.at(-1) ?? null) : null;
}
