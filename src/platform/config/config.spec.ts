import { afterEach, describe, expect, it } from '@jest/globals';
import { configureFailpoints } from '../failpoints/failpoints.js';
import { ConfigurationError, loadConfig, OF_ONE_ROLE, type ProcessRole } from './config.js';

const SECRET = 'hunter2-hunter2-hunter2-hunter2-hunter2';

const EMBEDDED: Record<string, string> = {
  REGAIN_PROFILE: 'embedded',
  ADMIN_TOKEN: SECRET,
  PUBLIC_URL: 'http://localhost:3000',
  RP_ID: 'localhost',
  DATABASE_URL: 'postgres://regain_app@127.0.0.1:1/regain',
  QUEUE_DATABASE_URL: 'postgres://regain_queue@127.0.0.1:1/regain',
  OBJECTS_DIR: '/tmp/objects',
  KEYRING_FILE: '/tmp/keyring.json',
  STAFF_ISSUER: 'http://127.0.0.1:3001/dev',
  STAFF_AUDIENCE: 'regain',
  STAFF_JWKS_URL: 'http://127.0.0.1:3001/dev/jwks.json',
};
const PRODUCTION: Record<string, string> = {
  ...EMBEDDED,
  REGAIN_PROFILE: 'production',
  PUBLIC_URL: 'https://recover.example.org',
  RP_ID: 'example.org',
  REDIS_URL: 'redis://redis:6379',
  S3_ENDPOINT: 'https://s3.example.org',
  S3_BUCKET: 'evidence',
  S3_ACCESS_KEY_ID: 'key',
  S3_SECRET_ACCESS_KEY: SECRET,
  SMTP_URL: `smtps://user:${SECRET}@mail.example.org`,
};

function faultsOf(environment: Record<string, string | undefined>, role?: ProcessRole): string[] {
  try {
    loadConfig(environment, role);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
}

const namesOf = (faults: string[]): string[] => faults.map((fault) => fault.split(':')[0] ?? '').sort();

afterEach(() => configureFailpoints(''));

describe('a whole environment', () => {
  it('is taken in both profiles', () => {
    expect(loadConfig(EMBEDDED)).toMatchObject({
      embedded: true,
      PORT: 3000,
      rpOrigins: ['http://localhost:3000'],
      RATE_LIMIT_SCALE: 1,
    });
    expect(loadConfig(PRODUCTION)).toMatchObject({ embedded: false, rpOrigins: ['https://recover.example.org'] });
  });

  it.each([undefined, ''])('says that what it needs is not set, and what it may be: %j', (value) => {
    const { REGAIN_PROFILE: _profile, KEYRING_FILE: _file, ...rest } = EMBEDDED;
    expect(faultsOf({ ...rest, REGAIN_PROFILE: value, KEYRING_FILE: value })).toEqual([
      'REGAIN_PROFILE: is not set; it is one of embedded, production',
      'KEYRING_FILE: is not set',
    ]);
  });

  it.each([
    ['PORT', 'abc', 'is not a number'],
    ['PORT', '1e999', 'is not a number'],
    ['PORT', '70000', 'is more than 65535'],
    ['ADMIN_PORT', '-1', 'is less than 0'],
    ['DATABASE_POOL_SIZE', '2.5', 'is not a whole number'],
    ['RATE_LIMIT_SCALE', 'twice', 'is not a number'],
    ['REQUEST_TIMEOUT_SECONDS', '0', 'is less than 1'],
    ['SWEEP_INTERVAL_SECONDS', '86401', 'is more than 86400'],
    ['TRUST_PROXY_HOPS', 'two', 'is not a number'],
  ])('says in plain words what is wrong with %s=%s: %s', (name, value, fault) => {
    expect(faultsOf({ ...EMBEDDED, [name]: value })).toEqual([`${name}: ${fault}`]);
  });

  it.each([
    [`regain:${SECRET}@mail.internal:587`, 'without a scheme'],
    [`smtp:://regain:${SECRET}@mail.internal`, 'with a scheme that is misspelt'],
    [`https://regain:${SECRET}@mail.internal`, 'of another kind'],
    [`smtp:/regain:${SECRET}@mail.internal`, 'with a slash missing'],
    [`smtp://regain:${SECRET}/@mail.internal`, 'with a slash in the password'],
  ])('says that SMTP_URL is no address of a mail server, and not what it is: %#', (value) => {
    const faults = faultsOf({ ...PRODUCTION, SMTP_URL: value });
    expect(namesOf(faults)).toEqual(['SMTP_URL']);
    expect(faults.join()).not.toContain(SECRET);
  });

  it.each([
    ['MAIL_FROM', 'Recovery'],
    ['MAIL_FROM', 'Account recovery <recovery@bank'],
    ['MAIL_FROM', 'recovery@bank.example, other@bank.example'],
    ['MAIL_FROM', 'Bank, Inc <recovery@bank.example>'],
    ['MAIL_FROM', 'A <a@bank.example>, B <b@bank.example>'],
    ['S3_ENDPOINT', 's3.internal:9000'],
    ['S3_ENDPOINT', 'ftp://s3.internal'],
    ['STAFF_ISSUER', 'idp.internal:8443'],
    ['STAFF_JWKS_URL', 'file:///jwks.json'],
  ])('says that %s=%s could not be used', (name, value) => {
    expect(namesOf(faultsOf({ ...PRODUCTION, [name]: value }))).toEqual([name]);
  });

  it.each([
    'recovery@bank.example',
    'Recovery <recovery@bank.example>',
    '"Bank, Inc" <recovery@bank.example>',
    'Wiederherstellung für Sie <recovery@bank.example>',
    '<recovery@bank.example>',
  ])('takes the sender %s', (value) => {
    expect(loadConfig({ ...PRODUCTION, MAIL_FROM: value }).MAIL_FROM).toBe(value);
  });

  it('reads an empty variable as one that is not set', () => {
    const config = loadConfig({ ...EMBEDDED, PORT: '', SMTP_URL: '' });
    expect([config.PORT, config.SMTP_URL]).toEqual([3000, undefined]);
  });
});

describe('the profile', () => {
  it.each([undefined, '', 'Production', 'dev', 'embedded '])('%j is never guessed', (profile) => {
    expect(namesOf(faultsOf({ ...EMBEDDED, REGAIN_PROFILE: profile }))).toEqual(['REGAIN_PROFILE']);
  });
});

describe('faults', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Europe/Kyiv'])('know the time zone %s', (zone) => {
    expect(faultsOf({ ...EMBEDDED, TIME_ZONE: zone })).toEqual([]);
  });

  it.each(['+05:30', 'Nowhere/Land', ' UTC'])('do not know the time zone "%s"', (zone) => {
    expect(namesOf(faultsOf({ ...EMBEDDED, TIME_ZONE: zone }))).toEqual(['TIME_ZONE']);
  });

  it('are all named at once', () => {
    expect(namesOf(faultsOf({ REGAIN_PROFILE: 'embedded' }))).toEqual(
      [
        'ADMIN_TOKEN',
        'DATABASE_URL',
        'KEYRING_FILE',
        'PUBLIC_URL',
        'REDIS_URL',
        'RP_ID',
        'S3_ENDPOINT',
        'STAFF_AUDIENCE',
        'STAFF_ISSUER',
        'STAFF_JWKS_URL',
      ].sort(),
    );
  });

  it('of one variable and faults between variables come together', () => {
    const names = namesOf(
      faultsOf({ ...PRODUCTION, PORT: 'many', SMTP_URL: undefined, RATE_LIMIT_SCALE: '2', PUBLIC_URL: undefined }),
    );
    expect(names).toEqual(['PORT', 'PUBLIC_URL', 'RATE_LIMIT_SCALE', 'SMTP_URL']);
  });

  it.each(Object.keys(PRODUCTION))('of %s never show a value', (name) => {
    for (const value of [`${SECRET}\u0000`, `"${SECRET}"`, `https://${SECRET}@x y`, `${SECRET}=crash`]) {
      expect(faultsOf({ ...PRODUCTION, [name]: value }).join('\n')).not.toContain('hunter2');
    }
  });

  it('of failpoints are faults like any other, without the value', () => {
    const faults = faultsOf({ ...EMBEDDED, REGAIN_FAILPOINTS: `${SECRET}=crash` });
    expect(namesOf(faults)).toEqual(['REGAIN_FAILPOINTS']);
    expect(faults.join()).not.toContain('hunter2');
  });
});

describe('what production refuses', () => {
  it.each([
    ['REGAIN_FAILPOINTS', { REGAIN_FAILPOINTS: 'job.before=crash' }],
    ['RATE_LIMIT_SCALE', { RATE_LIMIT_SCALE: '10' }],
    ['BOOTSTRAP_API_KEY', { BOOTSTRAP_API_KEY: `rgk_${'a'.repeat(43)}` }],
    ['OUTBOUND_ALLOWED_ORIGINS', { OUTBOUND_ALLOWED_ORIGINS: 'http://10.0.0.1' }],
    ['OUTBOUND_PRIVATE_ORIGINS', { OUTBOUND_PRIVATE_ORIGINS: 'https://idp.internal,https://127.0.0.1:8443' }],
    ['OUTBOUND_PRIVATE_ORIGINS', { OUTBOUND_PRIVATE_ORIGINS: 'https://[::1]:8443' }],
    ['OUTBOUND_PRIVATE_ORIGINS', { OUTBOUND_PRIVATE_ORIGINS: 'https://169.254.169.254' }],
    ['OUTBOUND_PRIVATE_ORIGINS', { OUTBOUND_PRIVATE_ORIGINS: 'http://10.0.0.8' }],
    ['OUTBOUND_CA_FILE', { OUTBOUND_CA_FILE: '/etc/regain/ca.pem' }],
    ['PROVIDERS', { PROVIDERS: 'local, sandbox' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://localhost:3000', RP_ID: 'localhost' }],
    ['REDIS_URL', { REDIS_URL: undefined }],
    ['SMTP_URL', { SMTP_URL: undefined }],
    ['S3_ENDPOINT', { S3_ENDPOINT: undefined }],
    ['S3_BUCKET', { S3_BUCKET: undefined }],
  ])('%s', (name, change) => {
    expect(namesOf(faultsOf({ ...PRODUCTION, ...change }))).toEqual([name]);
  });
});

const CONSOLE = {
  STAFF_CLIENT_ID: 'console',
  STAFF_CLIENT_SECRET: SECRET,
  STAFF_AUTHORIZATION_URL: 'https://idp.example.org/authorize',
  STAFF_TOKEN_URL: 'https://idp.example.org/token',
};

describe('the secrets of one role', () => {
  const WHOLE: Record<string, string> = { ...PRODUCTION, ...CONSOLE };
  const without = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(Object.entries(WHOLE).filter(([name]) => !names.includes(name)));

  it.each([
    ['api', OF_ONE_ROLE.worker],
    ['worker', OF_ONE_ROLE.api],
  ] as const)('%s: does without those of the other, in production', (role, names) => {
    expect(faultsOf(without(names), role)).toEqual([]);
  });

  it('are missed where they are needed, by the command line and the embedded profile too', () => {
    const names = namesOf(faultsOf(without(OF_ONE_ROLE.worker), 'worker'));
    expect(names).toEqual(['REDIS_URL', 'REDIS_URL', 'SMTP_URL']);
    expect(namesOf(faultsOf(without(OF_ONE_ROLE.worker), 'all'))).toEqual(names);
    expect(namesOf(faultsOf(without(['STAFF_TOKEN_URL']), 'api'))).toEqual(['STAFF_TOKEN_URL']);
  });

  it('are not looked at where they are not', () => {
    const { REDIS_URL, SMTP_URL, STAFF_CLIENT_ID } = loadConfig(WHOLE, 'api');
    expect([REDIS_URL, SMTP_URL, STAFF_CLIENT_ID]).toEqual([undefined, undefined, 'console']);
    const worker = loadConfig({ ...WHOLE, STAFF_CLIENT_SECRET: 'short' }, 'worker');
    expect([worker.STAFF_CLIENT_SECRET, worker.STAFF_CLIENT_ID]).toEqual([undefined, undefined]);
    expect(worker.REDIS_URL).toBe(PRODUCTION.REDIS_URL);
  });
});

describe('the console', () => {
  it('is off without a client, and on with all of it', () => {
    expect(faultsOf(PRODUCTION)).toEqual([]);
    expect(faultsOf({ ...PRODUCTION, ...CONSOLE })).toEqual([]);
    expect(loadConfig({ ...PRODUCTION, ...CONSOLE }).STAFF_SCOPE).toBe('openid profile email');
  });

  it.each(Object.keys(CONSOLE))('that lacks its %s is a fault, not a console that is off', (name) => {
    expect(namesOf(faultsOf({ ...PRODUCTION, ...CONSOLE, [name]: undefined }))).toEqual([name]);
  });

  it.each(['profile', 'openid  email', ' openid', 'openid "x"'])('asks for no scope like %j', (scope) => {
    expect(namesOf(faultsOf({ ...PRODUCTION, ...CONSOLE, STAFF_SCOPE: scope }))).toEqual(['STAFF_SCOPE']);
  });
});

describe('origins', () => {
  it.each([
    'https://recover.example.org/',
    'https://recover.example.org/path',
    'https://10.0.0.1',
    'http://recover.example.org',
    'https://[::1]',
    'recover.example.org',
    'https://user@recover.example.org',
    'http://127.0.0.1:3000',
  ])('%s is no PUBLIC_URL', (url) => {
    expect(namesOf(faultsOf({ ...PRODUCTION, PUBLIC_URL: url }))).toContain('PUBLIC_URL');
  });

  it.each(['evil.example.com', 'org', 'ample.org', 'recover.example.org.evil.com', 'a.recover.example.org'])(
    'RP_ID %s does not cover PUBLIC_URL',
    (rpId) => {
      // `org` is a public suffix: browsers refuse it, so a deployment with it would only fail later.
      expect(namesOf(faultsOf({ ...PRODUCTION, RP_ID: rpId }))).toContain('RP_ID');
    },
  );

  it('RP_ORIGINS of RP_ID and of its subdomains are taken, in the embedded profile also a plain localhost (T98)', () => {
    const origins = ['https://example.org', 'https://recover.example.org', 'https://login.example.org:8443'];
    expect(loadConfig({ ...PRODUCTION, RP_ORIGINS: origins.join(', ') }).rpOrigins).toEqual(origins);
    expect(loadConfig({ ...EMBEDDED, RP_ORIGINS: 'http://localhost:5173' }).rpOrigins).toEqual([
      'http://localhost:5173',
    ]);
  });

  it.each([
    'https://recover.example.org/',
    'https://recover.example.org/login',
    'http://recover.example.org',
    'http://localhost:3000',
    'https://localhost',
    'https://example.org.evil.com',
    'https://evilexample.org',
    'https://example.com',
    'https://10.0.0.1',
    'https://Recover.example.org',
    'https://*.example.org',
    'recover.example.org',
    'null',
  ])('%s is none of RP_ORIGINS in production, also between good ones (T98)', (origin) => {
    const RP_ORIGINS = `https://recover.example.org,${origin},https://login.example.org`;
    const faults = faultsOf({ ...PRODUCTION, RP_ORIGINS, SMTP_URL: undefined });
    expect(new Set(namesOf(faults))).toEqual(new Set(['RP_ORIGINS', 'SMTP_URL']));
  });

  it('the embedded profile listens on this machine only', () => {
    expect(namesOf(faultsOf({ ...EMBEDDED, BIND_ADDRESS: '0.0.0.0' }))).toEqual(['BIND_ADDRESS']);
  });
});
