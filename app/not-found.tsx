import { NotFoundNotice } from "@/components/not-found-notice";
import { PlainFrame } from "@/components/shell/plain-frame";
import { saveLanguage } from "./preferences";

export default function NotFound() {
  return (
    <PlainFrame saveLanguage={saveLanguage}>
      <NotFoundNotice heading="h1" />
    </PlainFrame>
  );
}
