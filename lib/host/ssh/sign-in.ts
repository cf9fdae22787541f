// Signs in with one password or one key, tried once: more tries would lock accounts.
import type { AnyAuthMethod, AuthenticationType, KeyboardInteractiveCallback, Prompt } from "ssh2";
import { KeyError } from "./key-error";
import { signingKey } from "./private-key";

export type Secret = { type: "password"; password: string } | { type: "key"; privateKey: string; passphrase: string };

const KNOWN: ReadonlySet<string> = new Set(["password", "publickey", "keyboard-interactive", "hostbased"]);

/** Decides what is tried next, as ssh2's `authHandler` asks; `reason` tells why sign-in failed. */
export class SignIn {
  /** For people; null until it is known. */
  reason: string | null = null;
  #tried = false;

  constructor(
    private readonly user: string,
    private readonly secret: Secret,
  ) {}

  /**
   * @param left methods that the server takes, null at the start; "none" is asked first, which sends no secret and is
   * answered with the list
   */
  async next(left: readonly AuthenticationType[] | null, partial: boolean | null): Promise<AnyAuthMethod | false> {
    if (left === null) return { type: "none", username: this.user };
    const offered = left.filter((one) => KNOWN.has(one)).join(", ") || "nothing";
    if (partial) return this.#fail(`the server wants a further proof (${offered}); only one can be given here`);
    if (this.#tried) return this.#fail(this.#refused());
    this.#tried = true;
    const method = await this.#method(left);
    if (method) return method;
    const ours = this.secret.type === "key" ? "a key" : "a password";
    return this.#fail(`the server does not take ${ours} from ${this.user}; it takes: ${offered}`);
  }

  async #method(left: readonly string[]): Promise<AnyAuthMethod | null> {
    const { user: username, secret } = this;
    if (secret.type === "key") {
      const key = left.includes("publickey") && (await this.#opened(secret));
      return key ? { type: "publickey", username, key } : null;
    }
    if (left.includes("password")) return { type: "password", username, password: secret.password };
    if (!left.includes("keyboard-interactive")) return null;
    return { type: "keyboard-interactive", username, prompt: this.#prompt(secret.password) };
  }

  async #opened({ privateKey, passphrase }: Secret & { type: "key" }) {
    try {
      return await signingKey(privateKey, passphrase);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      this.reason = `the SSH key cannot be used: ${error.message}`;
      return null;
    }
  }

  /** PAM asks for the password with one hidden prompt; whatever else it may ask for, the password is no answer. */
  #prompt(password: string) {
    let answered = false;
    return (
      _name: string,
      _text: string,
      _language: string,
      prompts: Prompt[],
      finish: KeyboardInteractiveCallback,
    ) => {
      const fits = prompts.length === 1 && prompts[0]?.echo === false && !answered;
      if (!fits) this.reason = "the server asks for more than a password, which cannot be given here";
      answered = true;
      finish(fits ? [password] : []);
    };
  }

  #refused(): string {
    if (this.secret.type === "password") return `the password of ${this.user} was refused; check user and password`;
    return `the key was refused for ${this.user}; add its public key to ~/.ssh/authorized_keys there, and check that file's permissions`;
  }

  #fail(reason: string): false {
    this.reason ??= reason;
    return false;
  }
}
