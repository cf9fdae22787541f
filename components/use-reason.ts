import { useTranslations } from "next-intl";
import { readReason } from "@/lib/reasons";

/** Says in the reader's language why a value is missing; the words of others stay as they are. */
export function useReason(): (text: string) => string {
  const t = useTranslations("reasons.missing");
  return (text) => {
    const known = readReason(text);
    return known ? t(known.code, known.values) : text;
  };
}
