import { randomBytes } from 'node:crypto';
import {
  HttpFault,
  misbehave,
  readObject,
  sendJson,
  type Call,
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import { readTransactionRequest } from './transaction-request.js';
import { transactionDocument, type Transaction } from './transaction.js';

export interface PartnerApiOptions {
  apiKey: string;
  scope: string;
  publicUrl: string;
  sessionTtlSeconds: number;
  now: () => Date;
}

const TOKEN_SECONDS = 3600;
const ULID_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const code = (): string => [...randomBytes(26)].map((byte) => ULID_LETTERS[byte % 32]).join('');

/** The token endpoint and the API under `/v1`. */
export function partnerRoutes(book: SessionBook<Transaction>, options: PartnerApiOptions): Route[] {
  const tokens = new Map<string, number>();
  const authorized =
    (handle: (call: Call) => Promise<void>): Route['handle'] =>
    async (call) => {
      const [, token = ''] = /^Bearer (.+)$/.exec(call.request.headers.authorization ?? '') ?? [];
      if ((tokens.get(token) ?? 0) <= options.now().getTime()) throw new HttpFault(401, 'Unauthenticated.');
      await handle(call);
    };
  return [
    {
      method: 'POST',
      path: /^\/oauth2\/token$/,
      handle: async (call) => {
        const token = randomBytes(32).toString('base64url');
        checkTokenRequest(call, options);
        tokens.set(token, options.now().getTime() + TOKEN_SECONDS * 1000);
        sendJson(call.response, 200, { access_token: token, expires_in: TOKEN_SECONDS, token_type: 'Bearer' });
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/transactions$/,
      handle: authorized((call) => createTransaction(book, options, call)),
    },
    {
      method: 'GET',
      path: /^\/v1\/transactions\/([\w-]+)\/json$/,
      handle: authorized(async ({ parameters, response }) => {
        const found = book.find(parameters[0] ?? '');
        if (!found) throw new HttpFault(404, 'The token was not found.');
        if (await misbehave(await book.scenarioOf(found.reference), response)) return;
        await book.arm(found);
        sendJson(response, 200, transactionDocument(found, await book.standing(found)));
      }),
    },
  ];
}

function checkTokenRequest({ request, query }: Call, { apiKey, scope }: PartnerApiOptions): void {
  if (request.headers.authorization !== `Basic ${apiKey}`) throw new HttpFault(401, 'Unauthenticated.');
  const asForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
  if (!asForm || query.get('grant_type') !== 'client_credentials' || query.get('scope') !== scope)
    throw new HttpFault(400, 'Bad Request.');
}

async function createTransaction(
  book: SessionBook<Transaction>,
  options: PartnerApiOptions,
  { request, response }: Call,
): Promise<void> {
  const wanted = readTransactionRequest(await readObject(request));
  // What stands before the last full stop is taken for the customer's own reference.
  const reference = wanted.reference.replace(/\.[^.]*$/, '');
  const make = async (): Promise<Transaction> => {
    const createdAt = options.now();
    const transaction = {
      id: code(),
      linkCode: code(),
      reference,
      request: wanted,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + options.sessionTtlSeconds * 1000),
      reads: 0,
    };
    await book.add(transaction);
    return transaction;
  };
  if (await misbehave(await book.scenarioOf(reference), response, make)) return;
  const { id, linkCode, expiresAt } = await make();
  sendJson(response, 200, {
    transaction_id: id,
    url: `${options.publicUrl}/${linkCode}`,
    expires_at: expiresAt.toISOString(),
  });
}
