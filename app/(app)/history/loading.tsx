import { HistorySkeleton } from "@/components/history/history-skeleton";

export default HistorySkeleton;
