import { Badge, type BadgeTone } from "../ui/badge";

const TONES: Record<string, BadgeTone> = { GET: "idle", DELETE: "crit" };

/** What reads is quiet, what changes stands out. */
export function MethodBadge({ method }: { method: string }) {
  return (
    <Badge tone={TONES[method] ?? "info"} className="w-16 justify-center font-mono text-2xs">
      {method}
    </Badge>
  );
}
