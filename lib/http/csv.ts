// Lists as files: `?format=csv` beside JSON.
import { z } from "zod";

/** The query parameter of lists that can be had as a file. */
export const listFormatSchema = z.enum(["json", "csv"]).default("json").describe("`csv` gives the list as a file");

/**
 * A CSV as a download.
 * @param name the file's name without extension: `users`
 */
export function csvResponse(name: string, text: string): Response {
  const headers = {
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": `attachment; filename="${name}.csv"`,
    "content-length": String(Buffer.byteLength(text)),
  };
  return new Response(text, { headers });
}
