import { describe, expect, it } from '@jest/globals';
import { REASONS } from '../../src/adjudication/reasons.js';
import { CATALOGUES } from '../../web/language/index.js';

describe('reasons that a person may be told', () => {
  it.each(Object.entries(CATALOGUES))('have words on the pages: %s', (_language, catalogue) => {
    // A neutral reason that allows another try shows its bucket; `not_finished` shows nothing.
    const told = Object.values(REASONS).flatMap((rule) => rule.shown ?? (rule.retryable ? rule.bucket : []));
    const known = ['not_finished', ...Object.keys(catalogue.reasons)];
    for (const code of new Set(told)) expect(known).toContain(code);
  });
});
