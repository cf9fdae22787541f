import { ActivitySkeleton } from "@/components/activity-live/activity-skeleton";

export default ActivitySkeleton;
