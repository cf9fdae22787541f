import { MARK_COLORS, MARK_KINDS } from "./marks";
import { keep, type Parts } from "./paint";

/** Empty paths of a chart's marks; painted with the data, so that they move with a live axis. */
export function MarkPaths({ parts }: { parts: Parts }) {
  return MARK_KINDS.map((kind) => (
    <path
      key={kind}
      ref={keep(parts.paths, `mark:${kind}`)}
      stroke={MARK_COLORS[kind]}
      fill={MARK_COLORS[kind]}
      data-mark={kind}
    />
  ));
}
