/** Lint rules for comments that document: ESLint's own say nothing of them. */

const DOC = /^\*/;
const LINK = /\{@link[\s*]+([\w$]+)[^}]*\}/g;

/** An exported class says what it is for, before its decorators. */
const documentedClass = {
  meta: { type: 'suggestion', messages: { missing: 'Say in a /** comment */ what the class is for.' }, schema: [] },
  create({ sourceCode, report }) {
    const check = (node) => {
      const { declaration } = node;
      if (declaration?.type !== 'ClassDeclaration') return;
      const [first] = [node, ...(declaration.decorators ?? [])].sort((one, other) => one.range[0] - other.range[0]);
      const comment = sourceCode.getCommentsBefore(first).at(-1);
      if (comment?.type !== 'Block' || !DOC.test(comment.value))
        report({ node: declaration.id ?? node, messageId: 'missing' });
    };
    return { ExportNamedDeclaration: check, ExportDefaultDeclaration: check };
  },
};

/** Editors follow a link only to a name that its file has or imports; any other name stands in backticks. */
const resolvedLink = {
  meta: {
    type: 'problem',
    messages: { unknown: '{@link {{name}}} leads nowhere: this file has no such name.' },
    schema: [],
  },
  create({ sourceCode, report }) {
    return {
      Program() {
        const names = new Set(sourceCode.ast.tokens.map(({ value }) => value));
        for (const comment of sourceCode.getAllComments())
          for (const [, name = ''] of comment.value.matchAll(LINK))
            if (!names.has(name)) report({ loc: comment.loc, messageId: 'unknown', data: { name } });
      },
    };
  },
};

export const docComments = { rules: { 'documented-class': documentedClass, 'resolved-link': resolvedLink } };
