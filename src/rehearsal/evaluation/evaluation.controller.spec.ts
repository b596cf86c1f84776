import { describe, expect, it } from '@jest/globals';
import { OPERATION, type OperationOptions } from '../../platform/http/operation.js';
import { EvaluationController } from './evaluation.controller.js';

const { report } = EvaluationController.prototype;
const { query } = Reflect.getMetadata(OPERATION, report) as OperationOptions;

describe('the time that an evaluation report is about', () => {
  it.each([
    ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00.5Z', true],
    ['2026-11-01T00:00:00.5Z', '2026-11-01T00:00:00Z', false],
    ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00.000Z', false],
  ])('from %s until %s: accepted %j', (since, until, accepted) => {
    expect(query?.safeParse({ since, until }).success).toBe(accepted);
  });
});
