import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { jsonPath } from '../kit/index.js';
import { au10tixEnvironment } from './config.js';

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const pem = (key = rsa(2048)) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const KEY = pem();
const REQUIRED = {
  AU10TIX_BASE_URL: 'https://weu-api.au10tixservices.com',
  AU10TIX_ENVIRONMENT: 'production',
  AU10TIX_CLIENT_ID: '0oa1b2c3',
  AU10TIX_KEY_ID: 'key-1',
  AU10TIX_PRIVATE_KEY: KEY,
  AU10TIX_TOKEN_AUDIENCE: 'https://login.au10tix.com/oauth2/aus3mlts5sbe9WD8V357/v1/token',
  AU10TIX_WORKFLOW: 'Au10tix201',
};
const parse = (changes: Record<string, string> = {}) => au10tixEnvironment.parse({ ...REQUIRED, ...changes });
const faults = (changes: Record<string, string>) =>
  au10tixEnvironment.safeParse({ ...REQUIRED, ...changes }).error?.issues.map(({ path }) => path[0]) ?? [];

describe('au10tixEnvironment', () => {
  it('describes each of its variables', () => {
    for (const [name, variable] of Object.entries(au10tixEnvironment.shape)) {
      expect(name).toMatch(/^AU10TIX_[A-Z_]+$/);
      expect(variable.description).toMatch(/^\S/);
    }
  });

  it('names every missing variable at once', () => {
    const { error } = au10tixEnvironment.safeParse({});
    expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(REQUIRED));
  });

  it('needs nothing else, and by default takes nothing for proof, no file and no foreign host', () => {
    expect(parse()).toMatchObject({
      AU10TIX_EVIDENCE: {},
      AU10TIX_PENDING_ANSWERS: [],
      AU10TIX_LINK_HOSTS: [],
      AU10TIX_DOCUMENT_SOURCES: 'camera',
      AU10TIX_TOKEN_GRANT_FIELDS: 'omit',
      AU10TIX_RESULT_API: 'workflow',
    });
  });

  it.each([
    ['a PEM', KEY],
    ['a PEM with \\n for its line ends', KEY.replaceAll('\n', '\\n')],
    ['the base64 of it', KEY.replaceAll(/-----[A-Z ]+-----|\n/g, '')],
  ])('takes the key as %s and shows nothing of it', (_form, text) => {
    const settings = parse({ AU10TIX_PRIVATE_KEY: text });
    const key = settings.AU10TIX_PRIVATE_KEY.reveal();
    expect(key.export({ type: 'pkcs8', format: 'pem' })).toBe(KEY);
    expect(inspect(settings, { depth: 9, showHidden: true })).not.toContain(KEY.slice(40, 60));
  });

  it.each([
    ['too short a key', pem(rsa(1024))],
    ['a key for another algorithm', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)],
    [
      'a public key',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }),
    ],
    ['PKCS#1', rsa(2048).export({ type: 'pkcs1', format: 'pem' })],
    ['no key', 'secret'],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(faults({ AU10TIX_PRIVATE_KEY: text.toString() })).toEqual(['AU10TIX_PRIVATE_KEY']);
  });

  it.each([
    ['https://weu-api.au10tixservicesstaging.com', 'production'],
    ['https://weu-api.au10tixservices.com', 'sandbox'],
    ['https://WEU-API.AU10TIXSERVICESSTAGING.COM', 'production'],
  ])('T37 refuses %s as %s', (url, environment) => {
    expect(faults({ AU10TIX_BASE_URL: url, AU10TIX_ENVIRONMENT: environment })).toEqual(['AU10TIX_ENVIRONMENT']);
  });

  it.each([
    ['https://weu-api.au10tixservicesstaging.com', 'sandbox'],
    ['https://gateway.bank.example', 'production'],
    ['https://gateway.bank.example', 'sandbox'],
  ])('takes %s as %s', (url, environment) => {
    expect(faults({ AU10TIX_BASE_URL: url, AU10TIX_ENVIRONMENT: environment })).toEqual([]);
  });

  it('reads what proves a check', () => {
    const { AU10TIX_EVIDENCE, AU10TIX_PENDING_ANSWERS } = parse({
      AU10TIX_EVIDENCE: 'face_match=Faces[type=a:b].Status:0 presentation_attack=A.b:Live|Real',
      AU10TIX_PENDING_ANSWERS: 'status:InProgress',
    });
    expect(AU10TIX_EVIDENCE).toEqual({
      face_match: { path: jsonPath.parse('Faces[type=a:b].Status'), words: ['0'] },
      presentation_attack: { path: jsonPath.parse('A.b'), words: ['Live', 'Real'] },
    });
    expect(AU10TIX_PENDING_ANSWERS).toEqual([{ path: jsonPath.parse('status'), words: ['InProgress'] }]);
  });

  it.each([
    ['AU10TIX_EVIDENCE', 'face_match=A.b'],
    ['AU10TIX_EVIDENCE', 'face_match=A.b:'],
    ['AU10TIX_EVIDENCE', 'face_match=:0'],
    ['AU10TIX_EVIDENCE', 'face_match=A.__proto__:0'],
    ['AU10TIX_EVIDENCE', 'face_match=A.0.b:0'],
    ['AU10TIX_EVIDENCE', 'face_match=A.b:0 face_match=A.c:0'],
    ['AU10TIX_EVIDENCE', 'document_authenticity=A.b:0'],
    ['AU10TIX_EVIDENCE', 'data_match=A.b:0'],
    ['AU10TIX_EVIDENCE', 'constructor=A.b:0'],
    ['AU10TIX_PENDING_ANSWERS', 'status'],
    ['AU10TIX_DOCUMENT_TYPES', 'Passport'],
    ['AU10TIX_DOCUMENT_TYPES', 'Passport=travel'],
    ['AU10TIX_DOCUMENT_TYPES', 'Passport=passport, PASSPORT=other'],
    ['AU10TIX_DOCUMENT_TYPES', '__proto__=passport'],
    ['AU10TIX_REFERENCE_FIELD', 'a..b'],
    ['AU10TIX_REFERENCE_FIELD', '__proto__.x'],
    ['AU10TIX_REFERENCE_FIELD', 'a[0]'],
    ['AU10TIX_EXTERNAL_ID_PATH', '$.id'],
    ['AU10TIX_WORKFLOW', '../oauth2'],
    ['AU10TIX_WORKFLOW', 'Au10tix201?x'],
    ['AU10TIX_LINK_HOSTS', 'https://host.example'],
    ['AU10TIX_LINK_HOSTS', '*.example'],
    ['AU10TIX_ENVIRONMENT', 'staging'],
    ['AU10TIX_RESULT_API', 'constructor'],
    ['AU10TIX_EXPIRY_FIELD', 'a.b'],
    ['AU10TIX_REFERENCE_RESULT_PATH', 'reference'],
  ])('refuses %s=%j', (name, value) => {
    expect(faults({ [name]: value })).toEqual([name]);
  });
});
