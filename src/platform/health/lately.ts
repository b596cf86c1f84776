/**
 * Asks at most every so often, and once for all who ask meanwhile: whoever comes in between gets what came of it, an error
 * too. What does not end is not asked again before it does.
 */
export function lately<Answer>(
  ask: () => Promise<Answer>,
  { keptMs, now = () => performance.now() }: { keptMs: number; now?: () => number },
): () => Promise<Answer> {
  let known: { answer: Promise<Answer>; endedAt?: number } | undefined;
  return () => {
    if (known && (known.endedAt === undefined || now() - known.endedAt < keptMs)) return known.answer;
    const asked: typeof known = { answer: ask() };
    const ended = (): void => void (asked.endedAt = now());
    asked.answer.then(ended, ended);
    known = asked;
    return asked.answer;
  };
}
