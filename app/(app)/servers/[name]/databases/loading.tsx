import { AnalysisSkeleton } from "@/components/analysis/analysis-skeleton";

export default AnalysisSkeleton;
