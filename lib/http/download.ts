// Answers that a browser saves as a file.

interface Download {
  /** As people call it: any text. */
  name: string;
  text: string;
  /** `text/plain; charset=utf-8` */
  type: string;
}

/** A file whose name may be any text: in full for those who know RFC 6266's `filename*`, in plain letters for the others. */
export function downloadResponse({ name, text, type }: Download): Response {
  const headers = {
    "content-type": type,
    "content-disposition": `attachment; filename="${plainName(name)}"; filename*=UTF-8''${encoded(fileName(name))}`,
    "content-length": String(Buffer.byteLength(text)),
  };
  return new Response(text, { headers });
}

/** Without what leads elsewhere or hides the file: separators, control and direction characters, dots at the beginning. */
const fileName = (name: string): string =>
  name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, "_").replace(/^\.+/, "_");

const plainName = (name: string): string => fileName(name).replace(/[^\w.@+ -]/g, "_");

/** The characters of RFC 8187 stay, all others become bytes in percent form. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
