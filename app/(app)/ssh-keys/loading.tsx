import { KeysSkeleton } from "@/components/ssh-keys/keys-skeleton";

export default KeysSkeleton;
