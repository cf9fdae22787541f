// A document in pieces as a stream of bytes that is made while it is taken, and ends with whoever takes it.
import { setImmediate as breath } from "node:timers/promises";
import { AppError } from "../errors";
import { log } from "../log";
import type { Rows } from "../metrics/rows";
import { ExportBytes } from "./export-bytes";
import { inTurn } from "./export-limit";
import type { ExportWriter } from "./export-text";

interface ExportSource {
  writer: ExportWriter;
  windows: AsyncGenerator<Rows>;
  /** Called once nothing more is read, however it came. */
  release(): void;
}

/** Size of a piece: about a millisecond of work, after which others get their turn. */
const PIECE_BYTES = 65_536;
/** A client that takes nothing for so long has left, whatever its connection says. */
const STALLED_MS = 120_000;

/** @param stalledMs how long the stream waits for its reader */
export function exportStream(source: ExportSource, stalledMs = STALLED_MS): ReadableStream<Uint8Array> {
  const pieces = piecesOf(source);
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
          if (!done) controller.enqueue(value);
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

async function* piecesOf({ writer, windows }: ExportSource): AsyncGenerator<Uint8Array> {
  const bytes = new ExportBytes();
  writer.head(bytes);
  for (;;) {
    const { value: rows, done } = await inTurn(() => windows.next());
    if (done) break;
    for (let row = 0; row < rows.times.length; row++) {
      writer.row(bytes, rows, row);
      if (bytes.length < PIECE_BYTES) continue;
      yield bytes.take();
      await breath();
    }
  }
  writer.end(bytes);
  yield bytes.take();
}
