import { useTranslations } from "next-intl";

/** Names of types of events for people; what has no name yet stays as it was written. */
export function useEventName(): (type: string) => string {
  const t = useTranslations("audit");
  return (type) => {
    const key: Parameters<typeof t.has>[0] = `event.${type}`;
    return t.has(key) ? t(key) : type;
  };
}
