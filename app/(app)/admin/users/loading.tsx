import { UsersSkeleton } from "@/components/users/users-skeleton";

export default UsersSkeleton;
