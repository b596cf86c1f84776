/** One request by one client, from its first byte to the answer that settled it, however often it was repeated between. */
export interface Operation {
  /** By one clock, in milliseconds. */
  calledAt: number;
  /** `Infinity` when the client never heard. */
  returnedAt: number;
  /** What the client was told; undefined when it never heard. */
  answer: string | undefined;
}

/** What a thing may answer, one request after the other. */
export interface Model<State> {
  initial: State;
  /** The states in which it may be after an operation with this answer; none when it could not have answered so. */
  after(state: State, answer: string | undefined): State[];
}

/**
 * Whether the operations can be put one after the other so that each happens between its call and its answer and the
 * model gives those answers (Herlihy and Wing, "Linearizability", 1990; searched as by Wing and Gong, 1993). What was
 * never answered may have happened or not. For a handful of operations: every order is tried.
 */
export function isLinearizable<State>(operations: readonly Operation[], model: Model<State>): boolean {
  return explains(operations, model, model.initial);
}

function explains<State>(left: readonly Operation[], model: Model<State>, state: State): boolean {
  if (left.every(({ answer }) => answer === undefined)) return true;
  const firstReturn = Math.min(...left.map(({ returnedAt }) => returnedAt));
  return left
    .filter(({ calledAt }) => calledAt <= firstReturn)
    .some((next) =>
      model.after(state, next.answer).some((after) =>
        explains(
          left.filter((other) => other !== next),
          model,
          after,
        ),
      ),
    );
}

/** How an answer of a request begins that was refused; behind it stands why. */
export const REFUSED = 'refused';

/** A token: one passkey comes of it, and whoever is told of one is told of that; `refused`, and why, to everybody after. */
export const SPENT_ONCE: Model<string> = {
  initial: '',
  after(state, answer) {
    if (answer?.startsWith(REFUSED)) return state === '' ? [] : [state];
    if (answer === undefined) return [state === '' ? 'of whoever never heard' : state];
    return state === '' || state === answer ? [answer] : [];
  },
};

/** An idempotency key: everybody is told of the same thing. */
export const OPENED_ONCE: Model<string> = {
  initial: '',
  after: (state, answer) => (answer === undefined || state === '' || state === answer ? [answer ?? state] : []),
};
