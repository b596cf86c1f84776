import { describe, expect, it } from '@jest/globals';
import { environmentFindings, type ReadSettings } from './environment-checks.js';

const STRONG = 'pS4mVd0hQ8yX2kLw7rTz5bNc9fJg3aEu';
const RIGHT: ReadSettings = {
  ADMIN_TOKEN: STRONG,
  S3_SECRET_ACCESS_KEY: STRONG,
  DATABASE_URL: `postgresql://regain_app:${STRONG}@db.internal/regain?sslmode=verify-full`,
  REDIS_URL: `rediss://:${STRONG}@valkey.internal`,
  SMTP_URL: `smtps://regain:${STRONG}@mail.internal`,
  S3_ENDPOINT: 'https://s3.internal',
  STAFF_ISSUER: 'https://idp.internal',
  STAFF_JWKS_URL: 'https://idp.internal/jwks.json',
  MAIL_FROM: 'recovery@example.org',
  TRUST_PROXY_HOPS: 1,
};

const found = (change: ReadSettings): string[] =>
  environmentFindings({ ...RIGHT, ...change })
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ subject, verdict }) => `${verdict} ${subject}`);

describe('the environment of production', () => {
  it('can be right', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[string, ReadSettings]>([
    ['fault ADMIN_TOKEN', { ADMIN_TOKEN: 'change-me-change-me-change-me-change-me' }],
    ['fault S3_SECRET_ACCESS_KEY', { S3_SECRET_ACCESS_KEY: 'minioadmin' }],
    ['fault DATABASE_URL', { DATABASE_URL: 'postgresql://regain_app:change-me@db/regain?sslmode=require' }],
    ['fault REDIS_URL', { REDIS_URL: 'rediss://:redis@valkey' }],
    ['fault SMTP_URL', { SMTP_URL: 'smtps://user:p%61ssword@mail' }],
    ['fault STAFF_ISSUER', { STAFF_ISSUER: 'http://idp.internal' }],
    ['fault STAFF_JWKS_URL', { STAFF_JWKS_URL: 'http://idp.internal/jwks.json' }],
    ['fault STAFF_AUTHORIZATION_URL', { STAFF_AUTHORIZATION_URL: 'http://idp.internal/authorize' }],
    ['fault STAFF_TOKEN_URL', { STAFF_TOKEN_URL: 'http://idp.internal/token' }],
    ['fault DATABASE_URL', { DATABASE_URL: `${RIGHT.DATABASE_URL}&options=-c%20x%3D1` }],
    ['warning DATABASE_URL', { DATABASE_URL: 'postgresql://regain_app@db/regain' }],
    ['warning REDIS_URL', { REDIS_URL: 'rediss://valkey' }],
    ['warning S3_ENDPOINT', { S3_ENDPOINT: 'http://s3' }],
    ['warning SMTP_URL', { SMTP_URL: `smtp://regain:${STRONG}@mail` }],
    ['warning SMTP_URL', { SMTP_URL: `smtp://regain:${STRONG}@mail?requireTLS=false` }],
    ['warning SMTP_URL', { SMTP_URL: `smtps://regain:${STRONG}@mail?tls.rejectUnauthorized=false` }],
    ['warning DATABASE_OWNER_URL', { DATABASE_OWNER_URL: 'postgresql://regain_owner@db/regain' }],
    ['warning TRUST_PROXY_HOPS', { TRUST_PROXY_HOPS: 0 }],
    ['warning PROVIDERS', { PROVIDERS: [] }],
    ['warning MAIL_FROM', { MAIL_FROM: 'Account recovery <recovery@localhost>' }],
  ])('%s', (name, change) => {
    expect(found(change)).toEqual([name]);
  });

  it('takes a mail server that is told to use STARTTLS or nothing', () => {
    expect(found({ SMTP_URL: `smtp://regain:${STRONG}@mail:587?requireTLS=true` })).toEqual([]);
  });

  it('shows no value', () => {
    const secrets = { ADMIN_TOKEN: 'changeme-hunter2', REDIS_URL: 'redis://:changeme-hunter2@h' };
    expect(JSON.stringify(environmentFindings({ ...RIGHT, ...secrets }))).not.toContain('hunter2');
  });
});
