import { describe, expect, it } from "vitest";
import { StartError } from "../start-error";
import { explainFailure, progressLine, size } from "./tell";

describe("what backup and restore say", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 kB"],
    [12_345_678, "12.3 MB"],
    [5e15, "5000.0 TB"],
  ])("%d bytes as %s", (bytes, text) => expect(size(bytes)).toBe(text));

  it("progress in one line at a terminal, and nothing elsewhere", () => {
    const lines: string[] = [];
    const write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
    const silent = progressLine({ isTTY: false, write });
    silent.onProgress({ table: "users", bytes: 1, expected: 2 });
    silent.clear();
    expect(lines).toEqual([]);
    const shown = progressLine({ isTTY: true, write });
    shown.onProgress({ table: "sample_head", bytes: 3_000_000, expected: 4_000_000 });
    shown.onProgress({ table: "soon after", bytes: 3_000_001, expected: 4_000_000 });
    shown.clear();
    expect(lines).toHaveLength(2);
    expect(lines[0]?.replace("\r\x1b[K", "")).toMatch(/^75 % {2}3\.0 MB {2}[\d.]+ [kMGT]B\/s {2}sample_head$/);
  });

  it.each(["ENOSPC", "EACCES", "EROFS"])("a file error in a sentence: %s", (code) => {
    const told = explainFailure(Object.assign(new Error("write"), { code, syscall: "write" }));
    expect(told).toBeInstanceOf(StartError);
    expect(told.message).toMatch(/^The backup cannot be written: .+\.$/);
  });

  it("anything else as it is", () => {
    const error = new Error("Connection terminated unexpectedly");
    expect(explainFailure(error)).toBe(error);
    expect(explainFailure("Usage: …")).toMatchObject({ name: "StartError", message: "Usage: …" });
  });
});
