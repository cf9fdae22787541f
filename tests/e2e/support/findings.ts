// What axe finds on a page by the rules of WCAG 2.2 AA.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** One line per broken rule, with the places where it is broken. */
export async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
