import { expect, it } from "vitest";
import { leadingNames } from "./leading-processes";

const command = (name: string, cpuTicks: number | null, rssBytes: number) => ({
  name,
  processes: 1,
  cpuTicks,
  rssBytes,
});

it("gives room to commands that use a hundredth of a processor or of the memory, those that use most first", () => {
  const commands = [
    command("idle", 0, 10),
    command("busy", 500, 10),
    command("just", 10, 10),
    command("hardly", 9, 10),
    command("large", null, 100_000),
    command("some", 0, 2_000),
    command("little", 0, 500),
  ];
  expect(leadingNames(commands, 1_000)).toEqual(["busy", "just", "large", "some"]);
});

it("needs no time to pass for memory, and names no more than ten of each", () => {
  const many = Array.from({ length: 30 }, (_, index) => command(`c${index}`, null, 1_000 + index));
  expect(leadingNames(many, 0)).toEqual(
    many
      .slice(-10)
      .reverse()
      .map(({ name }) => name),
  );
  expect(leadingNames([], 0)).toEqual([]);
});
