import { CollectorSkeleton } from "@/components/collector/collector-skeleton";

export default CollectorSkeleton;
