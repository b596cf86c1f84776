import { SoftwareAuthenticator, type CreatedPasskey } from '../support/software-authenticator.js';
import type { ApprovedCase, CaseFacts } from '../support/approved-case.js';

/** Creation options as far as an authenticator needs them. */
export interface CreationOptions {
  challenge: string;
  rp: { id?: string };
  user: { id: string };
}

/** What a finisher was told. */
export interface Answer {
  status: number;
  /** Problem code; absent when it succeeded. */
  code?: string;
}

/** One way of reaching the product. `finisher` picks the process that is asked. */
export interface RegistrationClient {
  options(holder: ApprovedCase, finisher: number): Promise<CreationOptions>;
  register(holder: ApprovedCase, request: { credential: CreatedPasskey; finisher: number }): Promise<Answer>;
}

export interface TokenRace {
  tokens: number;
  /** Parallel finishers of each token. */
  finishers: number;
  /** Origin the page runs on. */
  origin: string;
  client: RegistrationClient;
  seed(): Promise<ApprovedCase>;
  facts(caseId: string): Promise<CaseFacts>;
}

export interface TokenRaceReport {
  tokens: number;
  finishers: number;
  /** Tokens that ended exactly as they must. */
  clean: number;
  /** For each other token, what was seen. */
  faults: string[];
  elapsedMs: number;
}

/**
 * Redeems each token by many finishers at once, all from the bound browser, each with a valid challenge and a valid new
 * passkey of its own: nothing but the token's guard can refuse any of them (T11).
 */
export async function runTokenRace(race: TokenRace): Promise<TokenRaceReport> {
  const startedAt = performance.now();
  const faults: string[] = [];
  for (let round = 0; round < race.tokens; round += 1) {
    const fault = await raceOneToken(race);
    if (fault) faults.push(`token ${round + 1}: ${fault}`);
  }
  const { tokens, finishers } = race;
  return {
    tokens,
    finishers,
    clean: tokens - faults.length,
    faults,
    elapsedMs: Math.round(performance.now() - startedAt),
  };
}

async function raceOneToken(race: TokenRace): Promise<string | undefined> {
  const holder = await race.seed();
  const finishers = Array.from({ length: race.finishers }, (_, index) => index);
  const credentials = await Promise.all(
    finishers.map(async (finisher) =>
      new SoftwareAuthenticator({ origin: race.origin }).create(await race.client.options(holder, finisher)),
    ),
  );
  const answers = await Promise.all(
    credentials.map((credential, finisher) => race.client.register(holder, { credential, finisher })),
  );
  return judge({ answers, facts: await race.facts(holder.caseId) });
}

/** What is wrong, or nothing: one 201, everybody else 410 `token_not_redeemable`, and one of everything stored. */
function judge({ answers, facts }: { answers: readonly Answer[]; facts: CaseFacts }): string | undefined {
  const winners = answers.filter((answer) => answer.status === 201).length;
  const refused = answers.filter((answer) => answer.status === 410 && answer.code === 'token_not_redeemable').length;
  const expected: CaseFacts = {
    state: 'completed',
    credentials: 1,
    consumedTokens: 1,
    spentChallenges: 1,
    completedEvents: 1,
  };
  const wrongFacts = Object.entries(expected).filter(([name, value]) => facts[name as keyof CaseFacts] !== value);
  if (winners === 1 && refused === answers.length - 1 && wrongFacts.length === 0) return undefined;
  const others = answers
    .filter((answer) => answer.status !== 201 && answer.code !== 'token_not_redeemable')
    .map((answer) => `${answer.status} ${answer.code ?? ''}`);
  return `${winners} winners, ${refused} refused, others [${[...new Set(others)].join(', ')}], ${JSON.stringify(facts)}`;
}
