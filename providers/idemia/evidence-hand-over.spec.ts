import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createNodeHttpPort } from '../kit/conformance/index.js';
import { ProviderError, Sensitive } from '../kit/index.js';
import type {
  EvidenceKind,
  EvidencePort,
  HttpPort,
  HttpResponse,
  ProviderAdapter,
  SessionContext,
} from '../kit/index.js';
import type { RunningSimulator } from '../kit/simulator/index.js';
import { idemiaProvider } from './index.js';
import { simulator } from './simulator/index.js';

const PICTURE = new Uint8Array(readFileSync(new URL('./fixtures/picture.jpg', import.meta.url)));
const ALL: EvidenceKind[] = ['document_front', 'document_back', 'selfie'];
const CREATED = { reference: 'vs_1', attempt: 1, nonce: 'n'.repeat(43), returnUrl: 'http://localhost:3000/return' };
const credentials = simulator.credentials();

let partner: RunningSimulator;
let adapter: ProviderAdapter;
let session: SessionContext;
/** `METHOD path` of what reached the network, the path from the identity on. */
let asked: string[];
const sent = new Map<string, string>();
/** What happens to the next call whose line ends so, once. */
let trouble: { at: string; instead: (send: () => Promise<HttpResponse>) => Promise<HttpResponse> } | undefined;

const http: HttpPort = {
  async send(request) {
    const line = `${request.method} ${request.url.replace(/^.*\/identities\/[^/]+\//, '')}`;
    asked.push(line);
    sent.set(line, Buffer.from(request.body ?? '').toString('latin1'));
    const send = () => createNodeHttpPort().send(request);
    if (!trouble || trouble.at !== line) return send();
    const { instead } = trouble;
    trouble = undefined;
    return instead(send);
  },
};

const evidenceOf = (kinds: readonly EvidenceKind[], files: readonly EvidenceKind[] = []): EvidencePort => ({
  read: async (kind) => (kinds.includes(kind) ? new Sensitive(PICTURE) : undefined),
  isSaidToBeLive: async (kind) => !files.includes(kind),
  readReferencePortrait: async () => undefined,
});
const submit = (changes: Partial<SessionContext> = {}) => adapter.submitEvidence?.({ ...session, ...changes });

async function heldByPartner(): Promise<string[]> {
  const url = `${partner.baseUrl}/gips/v1/identities/${session.externalId}/status`;
  const response = await fetch(url, { headers: { apikey: credentials.apiKey } });
  const { singleStatuses } = (await response.json()) as { singleStatuses: { type: string }[] };
  return singleStatuses.map(({ type }) => type);
}

beforeEach(async () => {
  partner = await simulator.start({ credentials });
  const settings = idemiaProvider.environment.parse(simulator.environment(partner.baseUrl, credentials));
  const logger = { info: () => undefined, warn: () => undefined };
  adapter = idemiaProvider.create(settings, { http, clock: { now: () => new Date() }, logger });
  asked = [];
  trouble = undefined;
  const { externalId } = await adapter.createSession({ ...CREATED, webhookUrl: 'http://localhost:1/', language: 'en' });
  session = { ...CREATED, externalId, evidence: evidenceOf(ALL) };
  asked = [];
});
afterEach(() => partner.close());

const LOOK = 'GET status';
const CONSENTS = 'POST consents';
const DOCUMENT = 'POST id-documents/capture';
const PORTRAIT = 'POST attributes/portrait/capture';

describe('handing over the evidence', () => {
  it('looks, confirms the consents, and gives document and portrait', async () => {
    await submit();
    expect(asked).toEqual([LOOK, CONSENTS, DOCUMENT, PORTRAIT]);
    expect(await heldByPartner()).toEqual(['ID_DOCUMENT', 'PORTRAIT']);
  });

  it('asked again, looks and sends nothing', async () => {
    await submit();
    asked = [];
    await submit({ evidence: undefined });
    expect(asked).toEqual([LOOK]);
  });

  it.each([
    [CONSENTS, [LOOK, CONSENTS, DOCUMENT, PORTRAIT]],
    [DOCUMENT, [LOOK, CONSENTS, DOCUMENT, PORTRAIT]],
    [PORTRAIT, [LOOK, CONSENTS, PORTRAIT]],
  ])('a process that died before %s was sent: the next one sends what is missing', async (at, expected) => {
    trouble = { at, instead: () => Promise.reject(new ProviderError('unreachable', 'died')) };
    await expect(submit()).rejects.toMatchObject({ code: 'unreachable' });
    asked = [];
    await submit();
    expect(asked).toEqual(expected);
    expect(await heldByPartner()).toEqual(['ID_DOCUMENT', 'PORTRAIT']);
  });

  it.each([
    [DOCUMENT, [LOOK, CONSENTS, PORTRAIT]],
    [PORTRAIT, [LOOK]],
  ])('an answer to %s that never came: the picture is not sent twice', async (at, expected) => {
    trouble = {
      at,
      instead: async (send) => {
        await send();
        throw new ProviderError('timeout', 'no answer in time');
      },
    };
    await expect(submit()).rejects.toMatchObject({ code: 'timeout' });
    asked = [];
    await submit();
    expect(asked).toEqual(expected);
    expect(await heldByPartner()).toEqual(['ID_DOCUMENT', 'PORTRAIT']);
  });

  describe.each([LOOK, CONSENTS, DOCUMENT, PORTRAIT])('when the partner answers %s', (at) => {
    const json = { 'content-type': 'application/json' };
    it.each<[string, number, Record<string, string>, string, string]>([
      ['400', 400, json, '{"errors":[]}', 'rejected'],
      ['401', 401, json, '{}', 'unauthorized'],
      ['404', 404, json, '{}', 'session_unknown'],
      ['429', 429, json, '{}', 'rate_limited'],
      ['503', 503, json, '{}', 'unavailable'],
      ['a page', 200, { 'content-type': 'text/html' }, '<html>', 'unintelligible'],
      ['null', 200, json, 'null', 'unintelligible'],
      ['an empty object', 200, json, '{}', 'unintelligible'],
      ['an empty list', 200, json, '[]', 'unintelligible'],
      ['a refused consent', 200, json, '[{"type":"PORTRAIT","approved":false}]', 'unintelligible'],
    ])('%s', async (_title, status, headers, body, code) => {
      trouble = { at, instead: async () => ({ status, headers, body: Buffer.from(body) }) };
      await expect(submit()).rejects.toMatchObject({ code });
      expect(asked.filter((line) => line === at)).toHaveLength(1);
      expect(asked.at(-1)).toBe(at);
    });
  });

  it.each<EvidenceKind>(['document_front', 'selfie'])('without %s nothing is sent', async (kind) => {
    const evidence = evidenceOf(ALL.filter((candidate) => candidate !== kind));
    await expect(submit({ evidence })).rejects.toMatchObject({ code: 'rejected' });
    expect(asked).toEqual([LOOK]);
  });

  it.each<[EvidenceKind[], string]>([
    [[], 'LIVE_CAPTURE_IMAGE'],
    [['selfie'], 'LIVE_CAPTURE_IMAGE'],
    [['document_front'], 'OTHER'],
    [['document_back'], 'OTHER'],
  ])('T71 a document is called live where a camera took each of its sides: files %j, %s', async (files, source) => {
    await submit({ evidence: evidenceOf(ALL, files) });
    expect(/"source":"(\w+)"/.exec(sent.get(DOCUMENT) ?? '')?.[1]).toBe(source);
  });

  it('an error of our own store is passed on as it is', async () => {
    const gone = new Error('the store is down');
    const evidence = { ...evidenceOf(ALL), read: () => Promise.reject(gone) };
    await expect(submit({ evidence })).rejects.toBe(gone);
    expect(asked).toEqual([LOOK]);
  });
});

describe('what the answer is compared with', () => {
  it('T33 an identity that carries another correlation is not ours', async () => {
    await submit();
    await partner.decide('vs_1', { scenario: 'wrong_nonce' });
    await expect(adapter.fetchResult(session)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('errors about the portrait are asked for where it is not verified, and only there', async () => {
    await submit();
    asked = [];
    await adapter.fetchResult(session);
    expect(asked).toHaveLength(1);
    await partner.decide('vs_1', { scenario: 'fail:presentation_attack' });
    asked = [];
    await adapter.fetchResult(session);
    expect(asked).toEqual([expect.stringMatching(/\?detailed=true$/), expect.stringMatching(/^GET status\/[\w-]+$/)]);
  });

  it('an answer about another evidence than the one asked for is refused', async () => {
    await submit();
    await partner.decide('vs_1', { scenario: 'fail:face_match' });
    asked = [];
    await adapter.fetchResult(session);
    const at = asked.at(-1) ?? '';
    const body = Buffer.from('{"id":"another","type":"PORTRAIT","status":"INVALID"}');
    trouble = { at, instead: async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body }) };
    await expect(adapter.fetchResult(session)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it.each(['', '..', 'a/b', 'a?detailed=false', 'a b', 'ä'])(
    'T41 the id %j never becomes an address',
    async (externalId) => {
      await expect(adapter.fetchResult({ ...session, externalId })).rejects.toMatchObject({ code: 'session_unknown' });
      expect(asked).toEqual([]);
    },
  );
});
