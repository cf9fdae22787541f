import { LogsSkeleton } from "@/components/logs/logs-skeleton";

export default LogsSkeleton;
