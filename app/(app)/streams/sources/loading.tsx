import { SourcesSkeleton } from "@/components/stream-sources/sources-skeleton";

export default SourcesSkeleton;
