// A document in pieces as a stream of bytes that is made while it is taken, and ends with whoever takes it.
import { setImmediate as breath } from "node:timers/promises";
import { AppError } from "../errors";
import { log } from "../log";
import type { Rows } from "../metrics/rows";
import { inTurn } from "./export-limit";
import type { ExportWriter } from "./export-text";

interface ExportSource {
  writer: ExportWriter;
  windows: AsyncGenerator<Rows>;
  /** Called once nothing more is read, however it came. */
  release(): void;
}

/** Cells per piece: about 64 kB and 2 ms, after which others get their turn. */
const CELLS = 8_192;
/** A client that takes nothing for so long has left, whatever its connection says. */
const STALLED_MS = 120_000;

/** @param stalledMs how long the stream waits for its reader */
export function exportStream(source: ExportSource, stalledMs = STALLED_MS): ReadableStream<Uint8Array> {
  const pieces = piecesOf(source);
  const encoder = new TextEncoder();
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const end = async () => {
    over = true;
    clearTimeout(timer);
    source.release();
    await source.windows.return(undefined);
  };
  const watch = (controller: ReadableStreamDefaultController) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      controller.error(new AppError("unavailable", "Nobody took the export any more"));
      void end();
    }, stalledMs).unref();
  };
  return new ReadableStream<Uint8Array>(
    {
      start: watch,
      async pull(controller) {
        clearTimeout(timer);
        try {
          const { value, done } = await pieces.next();
          if (over) return;
          if (!done) controller.enqueue(encoder.encode(value));
          if (!done) return watch(controller);
          await end();
          controller.close();
        } catch (error) {
          if (over) return;
          log.warn({ source: "export", err: error }, "an export broke off");
          controller.error(error);
          await end();
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

async function* piecesOf({ writer, windows }: ExportSource): AsyncGenerator<string> {
  yield writer.head();
  for (;;) {
    const { value: rows, done } = await inTurn(() => windows.next());
    if (done) break;
    const most = Math.max(1, Math.floor(CELLS / (rows.columns.length + 1)));
    for (let from = 0; from < rows.times.length; from += most) {
      yield writer.rows(rows, from, Math.min(rows.times.length, from + most));
      await breath();
    }
  }
  yield writer.end();
}
