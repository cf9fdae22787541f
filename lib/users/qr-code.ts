// QR codes for whatever a phone shall read off the screen; drawn here, since no service may learn the text.
import { encode } from "uqr";

/** A square of modules as the path of an SVG: `<svg viewBox="0 0 size size"><path d={path}/></svg>`, dark on light. */
export interface QrCode {
  /** Modules to a side, with the four of the quiet zone around. */
  size: number;
  path: string;
}

/** The QR code of a text, 15 % of which may be unreadable. @throws Error when the text is too long for any (2,300 bytes) */
export function qrCode(text: string): QrCode {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  const rows = data.map((row, y) => rowPath(row, y));
  return { size, path: rows.join("") };
}

/** One rectangle for each run of dark modules. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x += 1) {
    const from = x;
    while (row[x]) x += 1;
    if (x > from) path += `M${from} ${y}h${x - from}v1h${from - x}z`;
  }
  return path;
}
