import type { ActionResult } from "@/lib/http/action";
import type { SshKey } from "@/lib/ssh-keys/schema";

/** A key with the tag under which it is edited and the names of the servers that use it. */
export interface KeyRow extends SshKey {
  etag: string;
  servers: readonly string[];
}

/** The key that an action is for; with the tag nothing is overwritten that the viewer has not seen. */
interface Named {
  id: number;
  etag: string;
}

interface NewKey {
  name: string;
  description: string;
  passphrase: string;
}

export interface GenerateInput extends NewKey {
  key_type: "ed25519" | "rsa";
  key_size: number;
}

/** What the page's viewer does with keys; the page hands these server actions in. */
export interface KeyActions {
  generate(input: GenerateInput): Promise<ActionResult<SshKey>>;
  importKey(input: NewKey & { private_key: string }): Promise<ActionResult<SshKey>>;
  update(input: Named & { name: string; description: string }): Promise<ActionResult<object>>;
  remove(input: Named): Promise<ActionResult<object>>;
}
