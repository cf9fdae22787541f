// A probe's main file must be there; everything else may be missing.
import { type HostReader, ProbeError } from "../../probe";

/**
 * Text of a file without which the probe has nothing to say.
 * @throws ProbeError `read` where it cannot be read
 */
export async function requiredText(host: HostReader, path: string): Promise<string> {
  const text = await host.text(path);
  if (text === null) throw new ProbeError("read", `${path} cannot be read; is it mounted and readable?`);
  return text;
}
