import { describe, expect, it } from "vitest";
import { addChanges, type Changes } from "./changes";

describe("addChanges", () => {
  it("keeps what concerns followed subjects, each kind once, and passes over what it does not understand", () => {
    const changes: Changes = new Map();
    const isFollowed = (subject: number) => subject !== 9;
    addChanges(changes, "2:cpu,3:memory,2:disk,9:cpu", isFollowed);
    addChanges(changes, "2:cpu,,x:cpu,4:,:cpu,-1:cpu,99999999999:cpu,junk", isFollowed);
    expect([...changes].map(([subject, kinds]) => [subject, [...kinds]])).toEqual([
      [2, ["cpu", "disk"]],
      [3, ["memory"]],
    ]);
  });
});
