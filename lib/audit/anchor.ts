// Signed points of the chain, without which nobody could tell a shortened chain from a short one. Pure.
import { createHmac } from "node:crypto";
import { CHAIN_START, sameMac } from "./chain";

/** `head`: the newest entry. `retention`: the last one that was removed by age. */
export type AnchorKind = "head" | "retention";

/** An entry by its place in the chain. */
export interface Link {
  id: bigint;
  mac: Uint8Array;
}

export interface Anchor extends Link {
  signature: Uint8Array;
}

/** Where a chain begins that has no entry yet. */
export const FIRST_LINK: Link = { id: 0n, mac: CHAIN_START };

/**
 * What the entry after a head that is not ours names as its predecessor: no entry has this HMAC, so the break stays to be
 * seen, and whoever moved the head gets nothing signed.
 */
export const BROKEN_LINK: Link = { id: 0n, mac: new Uint8Array(32).fill(0xff) };

/** The HMAC-SHA-256 of an anchor under the anchors' key; one kind's is no other's. */
export function signatureOf(key: Uint8Array, kind: AnchorKind, { id, mac }: Link): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", key).update(`${kind}:${id}:`).update(mac).digest());
}

/** Whether an anchor was signed by us, as this kind. */
export function isSigned(key: Uint8Array, kind: AnchorKind, anchor: Anchor): boolean {
  return sameMac(signatureOf(key, kind, anchor), anchor.signature);
}
