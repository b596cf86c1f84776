import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { packagePath } from '../../src/platform/package-root/package-root.js';

/** One statement as it stands in the product's sources, its values replaced by `$1`, `$2` and so on. */
export interface SourceStatement {
  /** `src/policy/policies.ts:88` */
  place: string;
  text: string;
}

const METHODS = new Set(['one', 'maybeOne', 'many', 'run', 'send']);

/** Every statement that the product can send: SQL is a tagged template of a `Transaction` and nothing else (T91). */
export function statementsInSource(): SourceStatement[] {
  const root = packagePath('src');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/spec\.ts$/.test(name))
    .sort()
    .flatMap((name) => statementsOf(join(root, name), `src/${name}`));
}

function statementsOf(file: string, name: string): SourceStatement[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: SourceStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && isStatement(node.tag)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${name}:${line + 1}`, text: textOf(node.template) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isStatement = (tag: ts.Expression): boolean => ts.isPropertyAccessExpression(tag) && METHODS.has(tag.name.text);

function textOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce(
    (text, { literal }, index) => `${text}$${index + 1}${literal.text}`,
    template.head.text,
  );
}
