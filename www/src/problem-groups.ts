import type { Fix, Problem } from "cin7-quote-desk";
import { count } from "./figure.js";

/** How many lines of one kind of problem stand for themselves; more of them are said once. */
const ALONE = 3;

/** What many lines with one problem have in common, by the problem's code. */
const TOGETHER: Record<string, string> = {
  "short-stock": "lines want more than their warehouse has. The rest becomes backorders.",
  "no-price": "lines have no price on this tier. Type prices or choose another tier.",
  "price-moved": "lines keep a price that is another one now.",
  "cost-moved": "lines count with a cost that is another one now.",
  "low-margin": "lines are below the least margin.",
  "margin-unknown": "lines have a cost that nobody knows, and so no margin.",
  "no-tax-rule": "lines have no tax rule that Cin7 knows.",
  "tax-rule-inactive": "lines have a tax rule that is no longer used.",
  "not-sellable": "lines are not for sale any more in Cin7.",
  "product-missing": "lines are of products that are not among those read from Cin7.",
  "description-stays": "lines have a description of their own, and Cin7 prints its own.",
  "product-renamed": "products have another name in Cin7 now, and the order will say so.",
  "sku-renamed": "products have another SKU in Cin7 now. The order uses the new ones.",
  "comment-too-long": "lines have an extended description that is longer than Cin7's comment.",
  "below-one": "lines want less than 1, the least that Cin7 documents.",
};

/** Problems that are shown as one: of the quote, of one line, or of many lines alike. */
export interface ProblemGroup {
  code: string;
  severity: Problem["severity"];
  text: string;
  /** What can be done for all of them at once. */
  fixes: Fix[];
  /** Each by itself, in the order of lines. */
  problems: Problem[];
}

/** Puts problems together that are the same on many lines, and keeps the order of the first of each. */
export function grouped(problems: readonly Problem[]): ProblemGroup[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = problem.lineId === null ? `quote ${problem.code} ${problem.text}` : `${problem.severity} ${problem.code}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].flatMap((group) =>
    group.length > ALONE ? [together(group)] : group.map((problem) => ({ ...problem, problems: [problem] })),
  );
}

function together(problems: Problem[]): ProblemGroup {
  const [first] = problems as [Problem];
  const { code, severity } = first;
  const words = TOGETHER[code];
  // A fix is one for all only where every line offers it.
  const offered = (fix: Fix) => problems.every(({ fixes }) => fixes.some(({ action }) => action === fix.action));
  const text =
    words === undefined
      ? `${count(problems.length)} lines, the first of them: ${first.text}`
      : `${count(problems.length)} ${words}`;
  return { code, severity, text, fixes: first.fixes.filter(offered).filter(({ action }) => action !== "remove-line"), problems };
}
