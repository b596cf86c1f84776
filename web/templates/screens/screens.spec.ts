import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { galleryPages } from '../../../test/pages/gallery.js';
import { renderPage, type EndReason, type PageFrame, type PageView } from '../index.js';

const FRAME: PageFrame = {
  organisationName: 'Acme',
  helpDesk: { name: 'Acme Desk', phone: '+44 20 7946 0123' },
  language: 'en',
  csrfToken: 'token-1',
  reference: 'REC-7F3K',
  callCode: '4821',
};

function page(view: PageView, frame: Partial<PageFrame> = {}): string {
  return renderPage(view, { ...FRAME, ...frame });
}

/** Strings that have broken templates elsewhere: markup, quotes, template syntax, control and direction characters. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  `' autofocus onfocus='alert(1)`,
  '</title><script>alert(1)</script>',
  '</noscript><script>alert(1)</script>',
  '--><svg/onload=alert(1)>',
  '&lt;script&gt;',
  '${7*7}{{7*7}}<%= 7*7 %>',
  'javascript:alert(1)',
  '\u0000\u0008\u001b[31m',
  '\u202egnp.exe',
  '田中さんにあげて下さい 👩‍👩‍👧‍👦 ﷽',
  '$&$`$1',
];

/** Replaces every string in a page's values, except those that choose between a closed set of things. */
function poison(value: unknown, poisonText: string, key = ''): unknown {
  const closed = [
    'screen',
    'language',
    'timeZone',
    'openedBy',
    'platform',
    'event',
    'kind',
    'kinds',
    'reason',
    'next',
    'source',
    'outcome',
  ];
  if (closed.includes(key) || /^(error|errors|documentTypes?|chosen)$/.test(key)) return value;
  if (typeof value === 'string') return poisonText;
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => poison(item, poisonText, key));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poison(inner, poisonText, name)]));
}

function tagsOf(markup: string): string[] {
  return [...markup.matchAll(/<(\/?[a-z][a-z0-9]*)/gi)].map((match) => match[1] ?? '');
}

describe('escaping', () => {
  const drawnWith = (text: string): { name: string; markup: string }[] =>
    galleryPages().map(({ name, page, frame }) => {
      const [view, around] = [poison(page, text) as PageView, poison(frame, text) as PageFrame];
      return { name, markup: renderPage(view, around) };
    });
  const harmless = drawnWith('x').map(({ name, markup }) => [name, tagsOf(markup)]);

  it.each(HOSTILE)('keeps %p out of the markup of every page', (text) => {
    const drawn = drawnWith(text);
    expect(drawn.map(({ name, markup }) => [name, tagsOf(markup)])).toEqual(harmless);
    for (const { markup } of drawn) {
      expect(markup).not.toMatch(/href="\s*javascript:/i);
      expect(markup).not.toContain('\0');
    }
  });

  it('holds for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const view: PageView = { screen: 'recover', login: text };
        expect(tagsOf(page(view))).toEqual(tagsOf(page({ screen: 'recover', login: 'x' })));
      }),
    );
  });
});

describe('pages that are the same for everybody', () => {
  it.each(['link-dead', 'flow-ended', 'recover-accepted'] as const)('%s does not depend on the session', (screen) => {
    const bare: PageFrame = { organisationName: FRAME.organisationName, helpDesk: FRAME.helpDesk, language: 'en' };
    expect(renderPage({ screen }, { ...FRAME, nonce: 'n1' })).toBe(renderPage({ screen }, bare));
  });

  it('a page session that is over has nothing said of the request, and no way back that leads nowhere', () => {
    const text = page({ screen: 'flow-ended' });
    expect(text).not.toMatch(/still there|REC-7F3K|class="button[^>]*href="\/flow"/);
    expect(text).toMatch(/Ask [^.]*Acme Desk[^.]* for a new link/);
  });

  it('refused and cannot-finish never say which check it was', () => {
    const text = page({ screen: 'ended', reason: 'denied' }) + page({ screen: 'cannot-finish' });
    expect(text).not.toMatch(/match|fraud|face did|name did|score/i);
    expect(text).toContain('we cannot say which check did not pass');
  });
});

describe('landing', () => {
  const view = {
    screen: 'landing',
    linkToken: 'tok',
    openedBy: 'help_desk',
    openedAt: new Date(0),
    documentTypes: ['passport', 'residence_permit'],
  } as const satisfies PageView;

  it('starts and reports by post, with the link in both forms', () => {
    const forms = page(view, { csrfToken: undefined }).match(/<form[\s\S]*?<\/form>/g) ?? [];
    expect(forms.map((form) => /action="([^"]+)"/.exec(form)?.[1])).toEqual(['/flow/start', '/flow/not-me']);
    expect(forms.every((form) => form.includes('name="linkToken" value="tok"'))).toBe(true);
  });

  it('names the documents that the profile takes, and the codes where they may do', () => {
    expect(page(view)).toContain('one of these documents: passport or residence permit');
    expect(page({ ...view, documentTypes: ['passport'] })).toContain('this document: passport');
    const documentTypes = ['residence_permit', 'other'] as const;
    const inGerman = page({ ...view, documentTypes }, { language: 'de' });
    expect(inGerman).toContain('einen dieser Ausweise: Aufenthaltstitel oder ein anderer Ausweis');
    const inArabic = page({ ...view, documentTypes }, { language: 'ar' });
    expect(inArabic).toContain('إحدى هذه الوثائق: تصريح إقامة أو وثيقة هوية أخرى');
    expect(page({ ...view, documentTypes: [] })).not.toContain('document:');
    expect([page(view), page({ ...view, codesMayDo: true })].map((text) => text.includes('recovery codes'))).toEqual([
      false,
      true,
    ]);
  });

  it('says after “this was not me” what came of it, whom to turn to and the request number', () => {
    const reported = (outcome: 'stopped' | 'frozen' | 'nothing_to_stop') =>
      page({ screen: 'not-me-reported', outcome }).replaceAll(/\s+/g, ' ');
    expect(reported('stopped')).toContain('If you can still sign in, nothing has changed for you.');
    expect(reported('frozen')).toMatch(/Nobody can sign in with it\. .*you cannot sign in now either/);
    expect(reported('nothing_to_stop')).toContain('This request had already ended.');
    for (const outcome of ['frozen', 'nothing_to_stop'] as const)
      expect(reported(outcome)).not.toMatch(/nothing has changed|link is dead/);
    for (const outcome of ['stopped', 'frozen', 'nothing_to_stop'] as const)
      for (const told of ['security team of Acme', 'Acme Desk', 'REC-7F3K']) expect(reported(outcome)).toContain(told);
  });

  it('says when in the organisation’s time zone', () => {
    expect(page(view, { timeZone: 'Asia/Kolkata' })).toContain('1 January at 05:30 GMT+5:30');
  });
});

describe('in-app browser', () => {
  it('cannot start there, and offers Android its way out', () => {
    const markup = page({
      screen: 'in-app-browser',
      linkToken: 'abc',
      platform: 'android',
      pageUrl: 'https://r.example.com/r/abc',
    });
    expect(markup).not.toContain('/flow/start');
    expect(markup).toContain('action="/flow/not-me"');
    expect(markup).toContain('name="linkToken" value="abc"');
    expect(markup).toContain(
      'href="intent://r.example.com/r/abc#Intent;scheme=https;action=android.intent.action.VIEW;end"',
    );
  });

  it.each(['http://r.example.com/r/abc', 'javascript:alert(1)', 'nonsense'])('makes no intent of %s', (pageUrl) => {
    expect(page({ screen: 'in-app-browser', linkToken: 'abc', platform: 'android', pageUrl })).not.toContain('intent:');
  });
});

describe('consent', () => {
  const view: PageView = { screen: 'consent', noticeVersion: '2026-01', retentionDays: 7, documentTypes: ['passport'] };

  it('preselects nothing and carries the version of the notice that it links', () => {
    const markup = page(view);
    expect(markup).not.toMatch(/\schecked/);
    expect(markup).toMatch(/name="noticeVersion"\s+value="2026-01"/);
    expect(markup).toContain('href="/notice/2026-01"');
  });

  it('links the error to the first answer', () => {
    const markup = page({ ...view, error: 'choice_missing' });
    expect(markup).toContain('<a href="#agreed">Choose whether you agree</a>');
    expect(markup).toMatch(/<title>Error: /);
  });
});

describe('choose document', () => {
  const view: PageView = {
    screen: 'choose-document',
    countries: ['GB', 'DE', 'zz9'],
    documentTypes: ['passport', 'identity_card'],
    chosen: { issuingCountry: 'DE', documentType: 'identity_card' },
  };

  it('keeps what was chosen and sorts countries by their name', () => {
    const markup = page(view);
    expect(markup.match(/<option value="[^"]+"/g)).toEqual([
      '<option value="DE"',
      '<option value="GB"',
      '<option value="zz9"',
    ]);
    expect(markup).toMatch(/<option value="DE"\s+selected>Germany<\/option>/);
    expect(markup).toMatch(/value="identity_card"\s+checked/);
    expect(page(view, { language: 'de' })).toContain('>Deutschland</option>');
  });
});

describe('capture', () => {
  it.each([
    ['document_front', 'environment'],
    ['document_back', 'environment'],
    ['selfie', 'user'],
  ] as const)('%s opens the %s camera and puts the token before the photo', (kind, camera) => {
    const markup = page({ screen: 'capture', kind });
    expect(markup).toContain(`action="/flow/evidence/${kind}"`);
    expect(markup).toMatch(new RegExp(`capture="${camera}"\\s+required`));
    expect(markup.indexOf('name="_csrf"')).toBeLessThan(markup.indexOf('type="file"'));
  });

  it('lets a file be chosen where that is allowed', () => {
    expect(page({ screen: 'capture', kind: 'document_front', source: 'file' })).not.toContain('capture=');
    expect(page({ screen: 'capture', kind: 'document_front', canChooseFile: true })).toContain('?source=file');
    expect(page({ screen: 'capture', kind: 'selfie' })).not.toContain('?source=file');
  });

  it('leads to the other source at the photo’s own address: the flow’s own page does not read it', () => {
    for (const kind of ['document_front', 'document_back', 'selfie'] as const) {
      const from = (source: 'camera' | 'file') => page({ screen: 'capture', kind, source, canChooseFile: true });
      expect(from('camera')).toContain(`href="/flow/evidence/${kind}?source=file"`);
      expect(from('file')).toContain(`href="/flow/evidence/${kind}?source=camera"`);
    }
  });

  it('has the camera inside of the page, but not where a file was asked for', () => {
    expect(page({ screen: 'capture', kind: 'document_front' })).toMatch(/data-live[^>]*data-shape="card"[^>]*hidden/);
    expect(page({ screen: 'capture', kind: 'document_front', documentType: 'passport' })).toContain('"passport"');
    expect(page({ screen: 'capture', kind: 'document_front', source: 'file' })).not.toContain('data-live');
  });

  it('says of a photo that it is a file, until a script knows better', () => {
    for (const source of ['camera', 'file'] as const)
      expect(page({ screen: 'capture', kind: 'selfie', source })).toMatch(/name="taken"\s+value="file"/);
  });

  it('speaks of no file where the camera alone will do, and says whom to turn to', () => {
    const markup = page({ screen: 'capture', kind: 'selfie', cameraOnly: true, reasons: ['camera_needed'] });
    expect(markup).toContain('Acme Desk knows other ways');
    expect(markup).toContain('The camera needs JavaScript');
    expect(markup).toContain('capture-camera');
    expect(markup).not.toMatch(/photo file|source=file/);
  });

  it('says each reason once, in words, and never a code', () => {
    const markup = page({ screen: 'capture', kind: 'selfie', reasons: ['no_face', 'no_face', 'secret_code'] });
    expect(markup.match(/We could not find a face/g)).toHaveLength(1);
    expect(markup).toContain('The photo did not work.');
    expect(markup).not.toContain('secret_code');
  });
});

describe('retry', () => {
  it.each([
    ['document', '/flow/document', 'Choose another document'],
    ['document_front', '/flow/evidence/document_front', 'Take new photos'],
    ['selfie', '/flow/evidence/selfie', 'Take a new photo of your face'],
    ['provider', '/flow/verification', 'Start the check again'],
  ] as const)('begins again at %s', (next, address, label) => {
    const markup = page({ screen: 'retry', reasons: ['blur'], attemptsLeft: 2, next });
    expect(markup).toContain(`<a class="button button-primary" href="${address}">${label}</a>`);
    expect(markup).toContain('You can try 2 more times.');
  });

  it('blames nobody for what their partner could not do', () => {
    const markup = page({ screen: 'retry', reasons: ['partner_failed'], attemptsLeft: 1, next: 'provider' });
    expect(markup).toContain('You did nothing wrong.');
    expect(markup).not.toContain('stay on the page');
    expect(markup).not.toContain('company');
  });

  it('has something to say when there is no reason to tell', () => {
    expect(page({ screen: 'retry', reasons: [], attemptsLeft: 1, next: 'selfie' })).toContain(
      'The check was not finished.',
    );
  });
});

describe('choose provider', () => {
  const own = { id: 'local', name: 'On this machine', kind: 'own' } as const;
  const partner = { id: 'sandbox', name: 'Sandbox', kind: 'partner' } as const;

  it.each(['en', 'de', 'ar'] as const)('calls the own machine what the organisation is called, in %s', (language) => {
    const text = page({ screen: 'choose-provider', providers: [own, partner] }, { language });
    expect(text).toMatch(/<label for="provider">\u2068?Acme\u2069?<\/label>/);
    expect(text).toMatch(/<label for="provider-2">\u2068?Sandbox\u2069?<\/label>/);
    const view = { screen: 'partner-handoff', providerName: 'Sandbox', way: 'returns' } as const;
    const standIn = page({ ...view, standIn: { name: 'Sandbox' } }, { language });
    expect(standIn).toMatch(/class="callout">[^]*?<p>[^<]*Acme[^<]*Sandbox/);
    expect(text).not.toContain('On this machine');
  });

  it('tells two of the organisation’s own apart by their names', () => {
    const other = { ...own, id: 'other', name: 'On another machine' };
    const text = page({ screen: 'choose-provider', providers: [own, other] });
    expect(text).toContain('>On this machine</label>');
    expect(text).toContain('>On another machine</label>');
  });
});

describe('the help desk’s name', () => {
  const helpDesk = { name: 'the service desk (extension 100)' };

  it.each(['en', 'de'] as const)('begins no sentence, for it may begin with a small letter: %s', (language) => {
    for (const { page: view, frame } of galleryPages()) {
      const text = renderPage(view, { ...frame, language, helpDesk });
      expect(text).not.toMatch(/(?:>|[.!?:]\s)\s*the service desk/);
    }
  });
});

describe('partner hand-off', () => {
  it('is a link, because a post would be stopped on its way to another site', () => {
    const markup = page({ screen: 'partner-handoff', providerName: 'P', way: 'returns' });
    expect(markup).toContain('<a class="button button-primary" href="/flow/partner">');
    const script = { screen: 'partner-handoff', providerName: 'P', way: 'wallet', url: 'javascript:alert(1)' } as const;
    expect(page(script)).toContain('href="#"');
  });

  it('a partner that sends nobody back is opened beside a page that moves on by itself', () => {
    const markup = page({ screen: 'partner-handoff', providerName: 'P', way: 'beside' });
    expect(markup).toMatch(/href="\/flow\/partner"\s+target="_blank"\s+rel="noopener noreferrer"/);
    expect(markup).toContain('data-watch-step="partner"');
  });

  it('a wallet has a link for this device, a code for another one, and a warning about codes of others', () => {
    const url = 'openid-vc://?request_uri=https://p.example.com/r';
    const markup = page({ screen: 'partner-handoff', providerName: 'P', url, way: 'wallet' });
    expect(markup).toContain(`href="${url}"`);
    expect(markup).toMatch(/<svg\s+class="qr"[^>]*aria-hidden="true"/);
    expect(markup).toContain('it would be their recovery, not yours');
    expect(markup).toContain('data-watch-step="partner"');
  });
});

describe('waiting pages', () => {
  it.each([
    [{ screen: 'checking' }, 'checking', '8'],
    [{ screen: 'checking', waitingForProvider: {} }, 'checking', '10'],
    [{ screen: 'held', until: new Date(0) }, 'held', '60'],
    [{ screen: 'cannot-finish' }, 'review', '60'],
  ] as const)('%j watches for its step, with and without scripts', (view, step, seconds) => {
    const markup = page(view);
    expect(markup).toContain(`data-watch-step="${step}"`);
    expect(markup).toContain(`<noscript><meta http-equiv="refresh" content="${seconds}" /></noscript>`);
  });
});

describe('the question whether it is you', () => {
  const held = { screen: 'held', until: new Date(0), waitsFor: 'confirmation' } as const;

  it('shows the number in the browser that has it, with a warning never to tell it', () => {
    const markup = page({ ...held, confirmation: { number: '47', sentTo: 2 } }, { language: 'ar' });
    expect(markup).toContain('<p class="call-code-digits"><bdi dir="ltr">47</bdi></p>');
    expect(page({ ...held, confirmation: { number: '47', sentTo: 1 } })).toContain('Never read it out');
    expect(page(held)).not.toContain('call-code-digits"><bdi dir="ltr">47');
  });

  it('is answered by forms alone: one with a number, one that stops', () => {
    const markup = page({
      screen: 'confirm-device',
      noticeToken: 'n'.repeat(43),
      at: new Date(0),
      until: new Date(0),
    });
    const actions = [...markup.matchAll(/<form\s+method="post"\s+action="([^"]+)"/g)].map(([, action]) => action);
    expect(actions).toEqual([`/notices/${'n'.repeat(43)}/confirm`, `/notices/${'n'.repeat(43)}`]);
    expect(markup).not.toMatch(new RegExp(`href="/notices/`));
  });
});

describe('what surrounds a page', () => {
  it('shows the call code and the reference, left to right in every language', () => {
    const markup = page({ screen: 'check-and-send', attempt: 1, kinds: ['selfie'] }, { language: 'ar' });
    expect(markup).toContain('<bdi dir="ltr">4821</bdi>');
    expect(markup).toContain('<bdi dir="ltr">REC-7F3K</bdi>');
    expect(markup).toContain('\u2068Acme\u2069');
  });

  it('offers to stop while something runs, and only in a session', () => {
    expect(page({ screen: 'check-and-send', attempt: 1, kinds: ['selfie'] })).toContain('action="/flow/stop"');
    expect(page({ screen: 'check-and-send', attempt: 1, kinds: ['selfie'] }, { csrfToken: undefined })).not.toContain(
      '/flow/stop',
    );
    const reasons: EndReason[] = ['cancelled', 'expired', 'denied', 'stopped', 'attempts_used'];
    for (const reason of reasons) expect(page({ screen: 'ended', reason })).not.toContain('/flow/stop');
    expect(page({ screen: 'done' })).not.toContain('/flow/stop');
  });

  it('asks for a new recovery code at the end only where one is due, and has none in it', () => {
    expect(page({ screen: 'done' })).not.toContain('data-new-code');
    const due = page({ screen: 'done', savedCodeDue: true });
    expect(due).toContain('data-make-url="/v1/session/recovery-codes"');
    expect(due).toContain('data-kept-url="/v1/session/recovery-codes/kept"');
    expect(due).toContain('You need a new recovery code');
    expect(due).toContain('<bdi dir="ltr" data-code-text></bdi>');
  });

  it('shows the way without a document only where the organisation takes it, and one code a page', () => {
    const choice = { screen: 'choose-document', countries: ['DE'], documentTypes: ['passport'] } as const;
    expect(page(choice)).not.toContain('/flow/without-document');
    expect(page({ ...choice, canGoWithout: true })).toContain('href="/flow/without-document"');
    expect(page({ screen: 'recovery-codes' })).not.toContain('/flow/without-document');
    expect(page({ screen: 'recovery-codes', canGoWithout: true })).toContain('href="/flow/without-document"');
    const actions = (next: 'issued' | 'saved' | 'send') =>
      [
        ...page({ screen: 'without-document', attempt: 1, next }).matchAll(/action="(\/flow\/without-document[^"]*)"/g),
      ].map(([, action]) => action);
    expect(actions('issued')).toEqual(['/flow/without-document/send', '/flow/without-document/code']);
    expect(actions('saved')).toEqual(['/flow/without-document/code']);
    expect(actions('send')).toEqual(['/flow/without-document/submit']);
  });

  it.each([
    ['photos', { screen: 'check-and-send', attempt: 3, kinds: ['selfie'] }],
    ['codes', { screen: 'without-document', attempt: 3, next: 'send' }],
  ] as const)('sends %s in for the attempt the page is about, and for no later one', (_what, view) => {
    expect(page(view)).toMatch(
      /action="[^"]*submit"[^>]*>[^/]*\/>\s*<input type="hidden" name="attempt" value="3" \/>/,
    );
  });

  it('puts the nonce on every script when there is one', () => {
    const markup = page({ screen: 'create-passkey' }, { nonce: 'abc' });
    expect(markup.match(/<script/g)).toHaveLength(2);
    expect(markup.match(/<script[^>]*nonce="abc"/g)).toHaveLength(2);
  });
});

describe('errors in plain words', () => {
  it.each([400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 422, 429, 500, 502, 503, 504])(
    'status %i has words and no number of its own',
    (status) => {
      const markup = page(
        { screen: 'error', status, code: 'some_code' },
        { reference: undefined, callCode: undefined },
      );
      const body = markup.slice(markup.indexOf('<h1>'), markup.indexOf('</main>'));
      expect(body).not.toContain(String(status));
      expect(body).not.toContain('some_code');
    },
  );

  it.each([
    [1, '1 minute'],
    [60, '1 minute'],
    [61, '2 minutes'],
    [0, '1 minute'],
  ])('retry after %i s: %s', (retryAfterSeconds, words) => {
    expect(page({ screen: 'error', status: 429, retryAfterSeconds })).toContain(`about ${words}.`);
  });

  it.each([
    ['capture_binding_missing', 'This is not the browser that took the photos'],
    ['consent_required', 'We need your agreement first'],
    ['csrf_token_invalid', 'This page was open for too long'],
  ])('of %s says what it was', (code, heading) => {
    expect(page({ screen: 'error', status: 403, code })).toContain(`<h1>${heading}</h1>`);
  });

  it('of a pause says that recoveries are stopped, not that something is broken', () => {
    const paused = page({ screen: 'error', status: 503, code: 'recoveries_paused', retryAfterSeconds: 300 });
    expect(paused).toContain('Account recovery is paused');
    expect(paused).not.toContain('We cannot go on at this moment');
  });
});
