import { DocsSkeleton } from "@/components/docs/docs-skeleton";

export default function Loading() {
  return <DocsSkeleton />;
}
