/** What an expression asks for: a metric as written, and the labels it is picked by. */
export interface Selector {
  metric: string;
  matchers: { label: string; operator: string; value: string }[];
  /** Labels of the `by (…)` that it stands in. */
  grouping: string[];
}

export interface Expression {
  selectors: Selector[];
  /** Labels of `by (…)`: what the answer keeps. */
  grouping: string[];
  /** Labels of `on (…)`: what the two sides of an operator are matched by. */
  matching: string[];
}

const FUNCTIONS = new Set([
  'absent',
  'histogram_quantile',
  'increase',
  'max',
  'max_over_time',
  'min',
  'rate',
  'sum',
  'time',
]);
const WORDS = new Set(['and', 'by', 'or', 'unless']);

/**
 * Reads as much of PromQL as the rules and the dashboard use
 * (https://prometheus.io/docs/prometheus/latest/querying/basics/): selectors with matchers and a range, functions,
 * `by`, `on`, comparison and arithmetic with numbers.
 * @throws Error at anything else, so that nothing is passed over unread
 */
export function readExpression(text: string): Expression {
  const found: Expression = { selectors: [], grouping: [], matching: [] };
  const around: string[][] = [];
  let next: string[] = [];
  let rest = text.trim();
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest) ?? undefined;
    if (match) rest = rest.slice(match[0].length).trimStart();
    return match;
  };
  while (rest !== '') {
    const [, word, labels = ''] = take(/^(by|on)\s*\(([a-z_,\s]+)\)/) ?? [];
    if (word !== undefined) {
      const named = labels.split(',').map((label) => label.trim());
      found[word === 'by' ? 'grouping' : 'matching'].push(...named);
      if (word === 'by') next = named;
      continue;
    }
    if (rest.startsWith('(')) {
      around.push(next);
      next = [];
    } else if (rest.startsWith(')')) around.pop();
    if (take(/^(==|!=|>=|<=|[><+\-*/(),])/) ?? take(/^\d+(\.\d+)?/)) continue;
    const name = take(/^[a-zA-Z_:][a-zA-Z0-9_:]*/)?.[0];
    if (name === undefined) throw new Error(`cannot read on from: ${rest}`);
    if (WORDS.has(name) || (FUNCTIONS.has(name) && /^(\(|by\b)/.test(rest))) continue;
    const matchers = take(/^\{([^}]*)\}/)?.[1] ?? '';
    take(/^\[\d+[smhd]\]/);
    found.selectors.push({ metric: name, matchers: readMatchers(matchers), grouping: around.flat() });
  }
  return found;
}

function readMatchers(text: string): Selector['matchers'] {
  if (text === '') return [];
  return text.split(/,(?=[a-z_]+(?:=|!))/).map((part) => {
    const [, label = '', operator = '', value = ''] = /^([a-z_]+)(=~|!~|!=|=)"([^"]*)"$/.exec(part.trim()) ?? [];
    if (label === '') throw new Error(`not a matcher: ${part}`);
    return { label, operator, value };
  });
}
