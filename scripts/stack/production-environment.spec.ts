import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../src/platform/config/config.js';
import { environmentFindings } from '../../src/start-checks/environment-checks.js';
import { NoPrivateAddressError, privateAddress } from './private-address.js';
import { environmentOf, productionEnvironment, type ProductionParts } from './production-environment.js';
import { readStackArguments, StackArgumentsError } from './stack-arguments.js';
import { newSecret } from './stack-servers.js';

const PARTS: ProductionParts = {
  publicUrl: 'https://recover.bank.example:8443',
  databaseUrl: `postgresql://regain_app:${newSecret()}@127.0.0.1:5432/regain`,
  redisUrl: `redis://:${newSecret()}@127.0.0.1:6379`,
  objects: { endpoint: 'http://127.0.0.1:9000', bucket: 'regain', accessKeyId: 'A', secretAccessKey: newSecret() },
  smtpUrl: 'smtp://127.0.0.1:25',
  keyRingFile: '/keys/keyring.json',
  adminToken: newSecret(),
  staff: { issuer: 'https://10.0.0.8:1', audience: 'regain', clientSecret: newSecret() },
  partner: { id: 'idemia', environment: { IDEMIA_ENVIRONMENT: 'production' } },
  privateOrigins: ['https://10.0.0.8:1', 'https://10.0.0.8:2'],
  caFile: '/keys/ca.pem',
  traceEndpoint: 'http://127.0.0.1:4318',
};

describe('the environment of the stack', () => {
  it('is one that production takes', () => {
    const { values, faults } = readEnvironment(productionEnvironment(PARTS));
    expect(faults).toEqual([]);
    expect(environmentFindings(values).filter(({ verdict }) => verdict === 'fault')).toEqual([]);
  });

  it('gives each process what its role needs of the secrets, and no other’s', () => {
    const whole = productionEnvironment(PARTS);
    for (const role of ['api', 'worker'] as const)
      expect(readEnvironment(environmentOf(role, whole), role).faults).toEqual([]);
    const left = (role: 'api' | 'worker'): string[] =>
      Object.keys(whole).filter((name) => !(name in environmentOf(role, whole)));
    expect(left('api')).toEqual(['MAIL_FROM', 'REDIS_URL', 'SMTP_URL']);
    expect(left('worker')).toEqual([
      'STAFF_CLIENT_ID',
      'STAFF_CLIENT_SECRET',
      'STAFF_AUTHORIZATION_URL',
      'STAFF_TOKEN_URL',
    ]);
  });

  it('cannot be weakened by a partner’s variables', () => {
    const partner = { id: 'idemia', environment: { REGAIN_PROFILE: 'embedded', ADMIN_TOKEN: 'x' } };
    expect(productionEnvironment({ ...PARTS, partner })).toEqual(
      productionEnvironment({ ...PARTS, partner: { id: 'idemia', environment: {} } }),
    );
  });
});

describe('an address that production may call', () => {
  const only = (...addresses: string[]) => ({ eth0: addresses.map((address) => ({ address })) }) as never;

  it.each([
    ['a private one before a global one', ['93.184.215.14', '10.0.0.8'], '10.0.0.8'],
    ['a unique local one where IPv4 is for documentation', ['192.0.2.2', 'fd00::2', 'fe80::1'], 'fd00::2'],
    ['a global one where there is none', ['127.0.0.1', '93.184.215.14'], '93.184.215.14'],
  ])('is %s', (_name, addresses, chosen) => {
    expect(privateAddress(only(...addresses))).toBe(chosen);
  });

  it('is missed, not made up', () => {
    expect(() => privateAddress(only('127.0.0.1', '::1', '169.254.1.1'))).toThrow(NoPrivateAddressError);
  });
});

describe('the command line', () => {
  it('asks for Redis by default', () => {
    expect(readStackArguments([])).toEqual({
      help: false,
      keep: false,
      redis: 'redis',
      keyRotation: false,
      restoreDrill: false,
    });
    expect(readStackArguments(['--redis', 'valkey', '--keep'])).toMatchObject({ keep: true, redis: 'valkey' });
  });

  it.each([[['--redis', 'memcached']], [['--fast']], [['--key-rotation', '--restore-drill']]])('refuses %j', (args) => {
    expect(() => readStackArguments(args)).toThrow(StackArgumentsError);
  });
});
