import { ServerSkeleton } from "@/components/server/server-skeleton";

export default ServerSkeleton;
