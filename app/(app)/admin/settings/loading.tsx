import { SettingsSkeleton } from "@/components/admin/settings-skeleton";

export default SettingsSkeleton;
