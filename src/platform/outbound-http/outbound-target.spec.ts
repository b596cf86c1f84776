import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertOutboundPolicy, placeOfPrivateOrigin, OutboundRefusedError, settleTarget } from './outbound-target.js';

const NOTHING_ALLOWED = { allowedPlainOrigins: [], allowedPrivateOrigins: [] };

/** Plays a resolver that is as harmful as it can be: every name leads to this machine. */
const toLoopback = () => Promise.resolve(['127.0.0.1']);
const toPublic = () => Promise.resolve(['93.184.215.14']);

const NASTY_URLS = [
  // Forms of 127.0.0.1 and of 169.254.169.254 that parsers disagree about.
  'https://127.0.0.1',
  'https://127.1',
  'https://127.0.1',
  'https://0177.0.0.1',
  'https://0177.1',
  'https://0x7f.0.0.1',
  'https://0x7f.1',
  'https://0x7f000001',
  'https://2130706433',
  'https://017700000001',
  'https://127.0.0.1.',
  'https://127.000.000.001',
  'https://00000177.0.0.1',
  'https://0x0000007f.0.0.1',
  'https://169.254.169.254',
  'https://169.254.43518',
  'https://169.16689662',
  'https://2852039166',
  'https://0xa9fea9fe',
  'https://0251.0376.0251.0376',
  'https://0xa9.0xfe.0xa9.0xfe',
  'https://025177524776',
  'https://169.254.169.254/latest/meta-data/',
  'https://169.254.170.2',
  'https://0.0.0.0',
  'https://0',
  'https://0x0',
  'https://00',
  'https://10.1.2.3',
  'https://012.1.2.3',
  'https://192.168.0.1',
  'https://172.16.0.1',
  'https://100.64.0.1',
  'https://255.255.255.255',
  'https://224.0.0.1',
  'https://198.18.0.1',
  'https://192.0.2.1',
  'https://240.0.0.1',
  'https://100.100.100.200',
  'https://256.256.256.256',
  'https://999.1.1.1',
  'https://127.0.0.1.1',
  'https://0x7f.0.0.0x1ff',
  // IPv6.
  'https://[::1]',
  'https://[::]',
  'https://[0:0:0:0:0:0:0:1]',
  'https://[::127.0.0.1]',
  'https://[::ffff:127.0.0.1]',
  'https://[::ffff:7f00:1]',
  'https://[::ffff:a9fe:a9fe]',
  'https://[0000:0000:0000:0000:0000:ffff:7f00:0001]',
  'https://[64:ff9b::127.0.0.1]',
  'https://[64:ff9b::a9fe:a9fe]',
  'https://[2002:7f00:1::]',
  'https://[2001::1]',
  'https://[fe80::1]',
  'https://[fe80::1%25eth0]',
  'https://[fc00::1]',
  'https://[fd00:ec2::254]',
  'https://[fec0::1]',
  'https://[ff02::1]',
  'https://[2001:db8::1]',
  'https://[::ffff:0:7f00:1]',
  // Names that lead inside, with tricks of IDNA, dots and case.
  'https://localhost',
  'https://LOCALHOST',
  'https://localhost.',
  'https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'https://ｌｏｃａｌｈｏｓｔ',
  'https://①②⑦.⓪.⓪.①',
  'https://127。0。0。1',
  'https://127．0．0．1',
  'https://１２７.0.0.1',
  'https://loc%61lhost',
  'https://%31%32%37.0.0.1',
  'https://localho\u00adst',
  'https://127.0.0.1.nip.io',
  'https://metadata.google.internal',
  'https://metadata',
  'https://partner.example.',
  'https://..',
  'https://a..b',
  // Who is the host?
  'https://partner.example@127.0.0.1/',
  'https://partner.example:443@169.254.169.254/',
  'https://user:pass@partner.example/',
  'https://partner.example%00@127.0.0.1/',
  'https://127.0.0.1#@partner.example/',
  'https://127.0.0.1?@partner.example/',
  'https://127.0.0.1\\@partner.example/',
  'https://partner.example\\@127.0.0.1/',
  'https:\\\\127.0.0.1\\',
  'https:127.0.0.1',
  'https:/127.0.0.1',
  'https:////127.0.0.1',
  'https://@127.0.0.1',
  'https://:@127.0.0.1',
  'https://:80@127.0.0.1',
  'https://partner.example:@127.0.0.1',
  // Other schemes, downgrade, white space.
  'http://partner.example/',
  'http://127.0.0.1/',
  'http://127.0.0.1:4001/',
  'ftp://partner.example/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'data:text/plain,x',
  'blob:https://partner.example/1',
  'javascript:alert(1)',
  'ws://partner.example/',
  'unix:/run/docker.sock',
  'dict://127.0.0.1:11211/',
  'https+unix://x',
  '//127.0.0.1/',
  '/relative',
  '',
  'https://',
  'https:///',
  ' https://partner.example/',
  'https://partner.example/ ',
  'ht\ttps://127.0.0.1/',
  'https://127.0.0.1\n/',
  'https://part ner.example/',
  'https://partner.example/\r\nHost: 127.0.0.1',
  'https://partner.example/\u0085',
  'https://partner.example:99999/',
  'https://partner.example:-1/',
  'https://[::1',
  'https://[partner.example]/',
  'https://partner.example:443:443/',
];

describe('settleTarget', () => {
  it('knows enough nasty URLs', () => expect(new Set(NASTY_URLS).size).toBeGreaterThanOrEqual(110));

  it.each(NASTY_URLS)('T109 T111 refuses %j', async (url) => {
    await expect(settleTarget(url, NOTHING_ALLOWED, toLoopback)).rejects.toThrow(OutboundRefusedError);
  });

  it('refuses a nasty URL also when a simulator and an inside partner are allowed', async () => {
    const policy = {
      allowedPlainOrigins: ['http://127.0.0.1:4000'],
      allowedPrivateOrigins: ['https://partner.internal'],
    };
    for (const url of NASTY_URLS) {
      await expect(settleTarget(url, policy, toLoopback)).rejects.toThrow(OutboundRefusedError);
    }
  });

  it('lets a public https URL through, parsed once, with the addresses it may use', async () => {
    const target = await settleTarget('https://Partner.Example:8443/a?b=c', NOTHING_ALLOWED, toPublic);
    expect(target.url.href).toBe('https://partner.example:8443/a?b=c');
    expect(target.addresses).toEqual(['93.184.215.14']);
  });

  it.each([
    'https://partner.example\\@other.example/',
    'https://other.example\\.partner.example/',
    'https:\\\\partner.example/',
    ' https://partner.example/',
    'https://partner.example\t/',
    'https://partner.example/\r\nHost: other.example',
  ])('T111 refuses %j, which two parsers read differently, wherever it leads', async (url) => {
    await expect(settleTarget(url, NOTHING_ALLOWED, toPublic)).rejects.toMatchObject({ refusal: 'url' });
  });

  it.each(['https://partner.example@other.example/', 'https://user:word@partner.example/', 'https://:word@a.example/'])(
    'T111 refuses the credentials in %j, wherever it leads',
    async (url) => {
      await expect(settleTarget(url, NOTHING_ALLOWED, toPublic)).rejects.toMatchObject({ refusal: 'credentials' });
    },
  );

  it.each(['http://partner.example/', 'ftp://partner.example/', 'ws://partner.example/'])(
    'T109 refuses %j: nothing but https crosses the internet',
    async (url) => {
      await expect(settleTarget(url, NOTHING_ALLOWED, toPublic)).rejects.toMatchObject({ refusal: 'scheme' });
    },
  );

  it('asks no resolver about an address', async () => {
    const unexpected = () => Promise.reject(new Error('asked'));
    await expect(settleTarget('https://1.1.1.1/', NOTHING_ALLOWED, unexpected)).resolves.toMatchObject({
      addresses: ['1.1.1.1'],
    });
    const target = await settleTarget('https://[2606:4700::1111]/', NOTHING_ALLOWED, unexpected);
    expect(target.addresses).toEqual(['2606:4700::1111']);
  });

  it.each([
    [['93.184.215.14', '127.0.0.1']],
    [['93.184.215.14', 'fe80::1']],
    [['::ffff:10.0.0.1']],
    [['not an address']],
    [[]],
  ])('T109 refuses the whole answer %j', async (addresses) => {
    const resolve = () => Promise.resolve(addresses);
    await expect(settleTarget('https://partner.example/', NOTHING_ALLOWED, resolve)).rejects.toMatchObject({
      refusal: 'address',
    });
  });

  describe('with exceptions', () => {
    const policy = {
      allowedPlainOrigins: ['http://simulator.test:4001'],
      allowedPrivateOrigins: ['https://partner.internal', 'https://partner.internal:8443', 'https://10.0.0.9:8443'],
    };
    const settle = (url: string, address: string) => settleTarget(url, policy, () => Promise.resolve([address]));

    it.each([
      ['http://simulator.test:4001/x', '127.0.0.1'],
      ['http://SIMULATOR.test:4001/x', '172.18.0.5'],
      ['https://partner.internal/x', '10.0.0.8'],
      ['https://partner.internal:8443/x', 'fd12::8'],
      ['https://10.0.0.9:8443/x', '10.0.0.9'],
      ['https://partner.internal/x', '93.184.215.14'],
    ])('allows %s at %s', async (url, address) => {
      await expect(settle(url, address)).resolves.toMatchObject({ addresses: [address] });
    });

    it.each([
      ['another port', 'http://simulator.test:4002/', '127.0.0.1'],
      ['https to the simulator', 'https://simulator.test:4001/', '127.0.0.1'],
      ['plain text over the internet', 'http://simulator.test:4001/', '93.184.215.14'],
      ['metadata under an allowed name', 'http://simulator.test:4001/', '169.254.169.254'],
      ['metadata under an allowed host', 'https://partner.internal/', '169.254.169.254'],
      ['this machine under an allowed name', 'https://partner.internal/', '127.0.0.1'],
      ['this machine under an allowed name', 'https://partner.internal/', '::1'],
      ['AWS metadata under an allowed name', 'https://partner.internal/', 'fd00:ec2::254'],
      ['link-local under an allowed name', 'https://partner.internal/', 'fe80::1'],
      ['another port of an inside partner', 'https://partner.internal:9443/', '10.0.0.8'],
      ['another address beside an allowed one', 'https://10.0.0.8:8443/', '10.0.0.8'],
      ['plain text to an inside partner', 'http://partner.internal/', '10.0.0.8'],
      ['a name below the allowed one', 'https://x.partner.internal/', '10.0.0.8'],
      ['a name that ends like it', 'https://evilpartner.internal/', '10.0.0.8'],
      ['credentials', 'http://user@simulator.test:4001/', '127.0.0.1'],
    ])('T109 refuses %s', async (_name, url, address) => {
      await expect(settle(url, address)).rejects.toThrow(OutboundRefusedError);
    });

    it('says whose certificates count', async () => {
      await expect(settle('https://partner.internal/', '10.0.0.8')).resolves.toMatchObject({ isPrivateOrigin: true });
      await expect(settle('https://partner.example/', '93.184.215.14')).resolves.toMatchObject({
        isPrivateOrigin: false,
      });
    });
  });

  it('never lets any URL reach this machine', async () => {
    const url = fc.oneof(
      fc.webUrl(),
      fc.webUrl({
        withFragments: true,
        withQueryParameters: true,
        authoritySettings: {
          withIPv4: true,
          withIPv4Extended: true,
          withIPv6: true,
          withUserInfo: true,
          withPort: true,
        },
      }),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(url, async (text) => {
        const outcome = await settleTarget(text, NOTHING_ALLOWED, toLoopback).catch((error: unknown) => error);
        if (outcome instanceof OutboundRefusedError) return;
        const { addresses } = outcome as { addresses: string[] };
        expect(addresses).toHaveLength(1);
        expect(addresses[0]).not.toMatch(/^127\.|^10\.|^169\.254\.|^::/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('assertOutboundPolicy', () => {
  it.each([
    'https://127.0.0.1:4001',
    'http://127.0.0.1:4001/',
    'http://127.1:4001',
    'HTTP://127.0.0.1',
    '*',
    '',
    'http://user@x',
  ])('refuses the plain origin %j', (origin) => {
    expect(() => assertOutboundPolicy({ allowedPlainOrigins: [origin], allowedPrivateOrigins: [] })).toThrow(TypeError);
  });

  it.each([
    '*',
    '',
    'partner.internal',
    'http://partner.internal',
    'https://*.internal',
    'https://Partner.internal',
    'https://partner.internal/',
    'https://partner.internal:443',
    'https://partner.internal.',
    'https://user@partner.internal',
    'https://localhost',
    'https://10.1',
    'https://169.254.169.254',
    'https://100.100.100.200',
    'https://0.0.0.0',
    'https://[fe80::1]',
    'https://[::ffff:10.0.0.8]',
  ])('T109 refuses the private origin %j', (origin) => {
    const policy = { allowedPlainOrigins: [], allowedPrivateOrigins: [origin] };
    expect(() => assertOutboundPolicy(policy)).toThrow(TypeError);
  });

  it.each([
    ['https://idp.bank.internal', 'name'],
    ['https://idp:8443', 'name'],
    ['https://10.0.0.8:8443', 'private'],
    ['https://[fd12::8]', 'private'],
    ['https://93.184.215.14', 'global'],
    ['https://127.0.0.1:8443', 'loopback'],
  ])('knows what %j spells out: %s', (origin, place) => {
    expect(placeOfPrivateOrigin(origin)).toBe(place);
  });
});
