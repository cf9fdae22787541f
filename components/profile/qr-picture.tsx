import type { QrCode } from "@/lib/users/qr-code";

/** A QR code, black on white in both themes: cameras read no other. */
export function QrPicture({ qr, label }: { qr: QrCode; label: string }) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${qr.size} ${qr.size}`}
      shapeRendering="crispEdges"
      className="mx-auto w-full max-w-[216px] rounded-md border"
    >
      <path d={`M0 0h${qr.size}v${qr.size}h-${qr.size}z`} fill="#fff" />
      <path d={qr.path} fill="#000" />
    </svg>
  );
}
