/** What `EXPLAIN (FORMAT JSON)` says of one step of a plan, as far as it is looked at here. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

/** A table that is read from end to end, by itself or by an index. */
interface Walk {
  table: string;
  index?: string;
}

/**
 * What a plan reads from end to end: a table without an index, or an index without a condition. Each costs more with every
 * row that is ever written.
 */
export function walksOf(plan: PlanNode, within = ''): Walk[] {
  const table = plan['Relation Name'] ?? within;
  const index = plan['Index Name'];
  const walk =
    plan['Node Type'] === 'Seq Scan'
      ? [{ table }]
      : index !== undefined && plan['Index Cond'] === undefined
        ? [{ table, index }]
        : [];
  return [...walk, ...(plan.Plans ?? []).flatMap((part) => walksOf(part, table))];
}
