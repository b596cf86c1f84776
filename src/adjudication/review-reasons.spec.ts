import { describe, expect, it } from '@jest/globals';
import { CAPTURE_WORDS, REASONS } from './reasons.js';
import { ALL_REVIEW_REASONS, REVIEW_REASONS, wordsForRetry } from './review-reasons.js';

/** All that a check says to a person, from the table itself. */
const told = [...new Set(Object.values(REASONS).flatMap(({ shown }) => shown ?? []))];

describe('the reasons of a reviewer who sends somebody back', () => {
  it.each(told)('have the word that a check would say: %s', (word) => {
    expect(REVIEW_REASONS.retry).toContain(word);
    expect(wordsForRetry(word)).toEqual([word]);
  });

  it('leave out no word that pages have for a capture, and name none twice', () => {
    expect(REVIEW_REASONS.retry).toEqual(expect.arrayContaining([...CAPTURE_WORDS]));
    expect(new Set(ALL_REVIEW_REASONS).size).toBe(ALL_REVIEW_REASONS.length);
  });
});
