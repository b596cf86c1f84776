import Sequencer from '@jest/test-sequencer';

/** Kinds of test files by how long they take; within a kind, jest's own order. */
const KINDS = [/partner-journeys\.e2e-spec/, /\.e2e-spec\./, /(conformance\.spec|\.int-spec)\./];

const rankOf = ({ path }) => {
  const rank = KINDS.findIndex((kind) => kind.test(path));
  return rank < 0 ? KINDS.length : rank;
};

/** So that no worker is left with a browser journey when all others have gone home. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rankOf(one) - rankOf(other));
  }
}
