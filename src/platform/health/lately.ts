/**
 * Asks at most once in an interval, and once for all callers meanwhile. Callers in between get the last outcome, also
 * an error. A question that is still open is not asked again.
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
