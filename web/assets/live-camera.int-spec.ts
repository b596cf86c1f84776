import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { capturePage } from '../../test/pages/capture-page.js';
import { accessibilityFaults, scrollsSideways } from '../../test/support/accessibility.js';
import { drawnCard, FakeCamera, scene } from '../../test/support/fake-camera.js';
import { wholeOr } from '../../test/support/whole.js';
import { PageServer } from '../../test/support/page-server.js';

/** Where an accepted photo leads. */
const NEXT = '<!doctype html><title>Next</title>';
const HEADERS = { 'permissions-policy': 'camera=(self), microphone=(), geolocation=()' };

let server: PageServer;
let browser: Browser;
let camera: FakeCamera;
/** Everybody with scripts uses one page of one browser, one after the other; who has none, one of their own. */
let context: BrowserContext;
let shared: Page;
let settings: CDPSession;
/** What was put before the page's own scripts. */
let putBefore: string | undefined;
let card: Buffer;
/** What the browser told and sent. */
const told: string[] = [];
const sent: { address: string; contentType: string | undefined; body: Buffer }[] = [];
const faults: string[] = [];

beforeAll(async () => {
  camera = await FakeCamera.make();
  card = await drawnCard();
  browser = await openBrowser(camera.switches());
  context = await browser.newContext({ permissions: ['camera'] });
  shared = watched(await context.newPage());
  settings = await context.newCDPSession(shared);
  await settings.send('Page.enable');
  server = await PageServer.open(
    ({ method, pathname, query, body, contentType }) => {
      if (pathname === '/v1/flow/browser-events') {
        told.push(body.toString('utf8'));
        return { status: 204 };
      }
      if (method === 'GET') return pathname === '/flow' ? NEXT : capturePage(query);
      sent.push({ address: `${pathname}?${query.toString()}`, contentType, body });
      return { status: 200, json: { accepted: true, reasons: [], repeated: false } };
    },
    { headers: HEADERS },
  );
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  await camera?.end();
});

beforeEach(() => {
  for (const list of [told, sent, faults]) list.length = 0;
});

afterEach(() => {
  expect(faults).toEqual([]);
});

interface Visit {
  /** Runs before the page's own scripts. */
  before?: string;
  width?: number;
  colorScheme?: 'light' | 'dark';
}

const ADDRESS = '/flow/evidence/photo';

async function load(query = '', { before, width = 1280, colorScheme = 'light' }: Visit = {}): Promise<Page> {
  // Playwright never takes such a script away again, and the next one may want none.
  if (putBefore) await settings.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: putBefore });
  putBefore = undefined;
  if (before) {
    const { identifier } = await settings.send('Page.addScriptToEvaluateOnNewDocument', { source: before });
    putBefore = identifier;
  }
  await shared.setViewportSize({ width, height: 740 });
  await shared.emulateMedia({ colorScheme });
  await shared.goto(`${server.origin}${ADDRESS}${query}`);
  return shared;
}

/** The same page for somebody whose browser runs no scripts. */
async function loadBare(query = ''): Promise<Page> {
  const page = watched(await (await browser.newContext({ javaScriptEnabled: false })).newPage());
  await page.goto(`${server.origin}${ADDRESS}${query}`);
  return page;
}

function watched(page: Page): Page {
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return page;
}

/** Drawing a scene takes longer than looking at it. */
const drawn = new Map<string, Promise<Buffer>>();
function holding(how: Omit<Parameters<typeof scene>[0], 'picture'> & { card?: boolean }): Promise<void> {
  const { card: hasCard, ...others } = how;
  const key = JSON.stringify(how);
  const picture = drawn.get(key) ?? scene({ ...others, ...(hasCard && { picture: card }) });
  drawn.set(key, picture);
  return picture.then((seen) => camera.sees([seen]));
}

const OPEN = '[data-part="primer"] [data-open]';
const SHUTTER = '[data-shutter]';
const HINT = "document.querySelector('[data-hint]').textContent";
const TROUBLE = "document.querySelector('[data-trouble]').textContent";
/** Asked again and again from outside: the page's policy lets nobody in that would wait inside of it. */
const until = (page: Page, expression: string): Promise<unknown> =>
  eventually(expression, () => page.evaluate<boolean>(expression));
const focused = async (page: Page): Promise<string> =>
  (await page.evaluate<string>('document.activeElement.textContent')).trim();
const visible = (page: Page, selector: string): Promise<boolean> => page.isVisible(selector);
/** Presses "Use this photo" and waits for what comes next. */
async function use(page: Page): Promise<void> {
  await page.click('.capture button[type="submit"]');
  await page.waitForURL(`${server.origin}/flow`);
}
const living = (page: Page): Promise<number> =>
  page.evaluate<number>(
    "(document.querySelector('video').srcObject?.getTracks() ?? []).filter((t) => t.readyState === 'live').length",
  );

async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true });
}

describe('a document before the camera of the page', () => {
  it('is asked for by a click, taken by itself when it lies well, looked at, and sent once there is a connection', async () => {
    await holding({ card: true });
    const page = await load();
    await page.waitForSelector(OPEN);
    expect(await living(page)).toBe(0);
    expect(await visible(page, '.capture button[type="submit"]')).toBe(false);
    await page.click(OPEN);
    await page.waitForSelector('[data-preview]:visible');
    expect(await page.textContent('[data-photo-status]')).toBe(
      'Photo taken. It looks clear. Can you read every word? No shine, no cut corners?',
    );
    expect(await focused(page)).toBe('Use this photo');
    expect(await living(page)).toBe(0);
    // Without a connection it waits in the page, and goes when there is one.
    await context.setOffline(true);
    await page.click('.capture button[type="submit"]');
    expect(await page.textContent('[data-photo-status]')).toContain('You are offline. Keep this page open');
    expect([sent, await visible(page, '[data-again]')]).toEqual([[], false]);
    await context.setOffline(false);
    await page.waitForURL(`${server.origin}/flow`);
    expect(sent).toMatchObject([
      { address: '/v1/flow/evidence/document_front?taken=camera_auto', contentType: 'image/jpeg' },
    ]);
    expect(sent[0]?.body.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(told).toEqual(['{"event":"camera_granted"}']);
  });

  it.each([
    ['nothing lies there', {}, 'Fit the whole document in the frame'],
    ['it is too small', { width: 560 }, 'Move closer'],
    ['it is blurred', { blur: 6 }, 'Hold still'],
    ['it is dark', { table: '#050505' }, 'Too dark. Find more light.'],
  ])(
    'is not taken by itself when %s: one hint says what to do, and the button works from the start',
    async (why, how, hint) => {
      await holding({ ...(why === 'nothing lies there' || why === 'it is dark' ? {} : { card: true }), ...how });
      const page = await load();
      await page.click(OPEN);
      await until(page, "document.activeElement.hasAttribute('data-shutter')");
      expect(await focused(page)).toBe('Take photo of front');
      await until(page, `${HINT} === ${JSON.stringify(hint)}`);
      expect(await visible(page, '[data-preview]')).toBe(false);
      await page.click(SHUTTER);
      await page.waitForSelector('[data-preview]:visible');
      expect(await page.inputValue('[name="taken"]')).toBe('camera_manual');
    },
  );

  it('can be taken again, and the button is pointed to when nothing is good for ten seconds', async () => {
    await holding({});
    const page = await load('', { before: 'globalThis.performance.now = () => Date.now() * 40;' });
    await page.click(OPEN);
    await page.waitForSelector('[data-trouble]:not(:empty)');
    expect(await page.textContent('[data-trouble]')).toContain('Press the button, or try a darker surface.');
    await page.click(SHUTTER);
    await page.click('[data-again]');
    await page.waitForSelector(SHUTTER);
    expect(await living(page)).toBe(1);
    expect(await page.evaluate("document.querySelector('input[type=file]').files.length")).toBe(0);
    expect(await visible(page, '.capture button[type="submit"]')).toBe(false);
  });

  it('goes on with its hints when no picture could be made of it, offers a file, and takes the next one by itself', async () => {
    await holding({ card: true });
    const page = await load('', {
      before: `const make = HTMLCanvasElement.prototype.toBlob;
        globalThis.tries = 0;
        HTMLCanvasElement.prototype.toBlob = function (done, ...how) {
          globalThis.tries += 1;
          return globalThis.mended ? make.call(this, done, ...how) : done(null);
        };`,
    });
    await page.click(OPEN);
    await page.click(SHUTTER);
    await until(page, `${TROUBLE}.startsWith('The photo could not be taken.')`);
    expect([await living(page), await visible(page, '[data-preview]')]).toEqual([1, false]);
    await page.click(SHUTTER);
    await page.click(SHUTTER);
    await page.waitForSelector('.capture label');
    expect(await page.evaluate<number>('globalThis.tries')).toBeGreaterThanOrEqual(3);
    await page.evaluate('globalThis.mended = true');
    await page.waitForSelector('[data-preview]:visible');
    expect(await page.inputValue('[name="taken"]')).toBe('camera_auto');
  });

  it('is sent at once where the organisation says so and it was taken by itself; a press still asks', async () => {
    await holding({ card: true });
    const page = await load('?fast');
    await page.click(OPEN);
    await page.waitForURL(`${server.origin}/flow`);
    expect(sent).toMatchObject([{ address: '/v1/flow/evidence/document_front?taken=camera_auto' }]);
    await holding({});
    await page.goto(`${server.origin}${ADDRESS}?fast`);
    await page.click(OPEN);
    await page.click(SHUTTER);
    await page.waitForSelector('[data-preview]:visible');
    expect(await page.textContent('[data-photo-status]')).toContain('Can you read every word?');
    expect(sent).toHaveLength(1);
  });

  it('is not begun where a script cannot put a photo into the form: the file field stays', async () => {
    const page = await load('', {
      before: 'globalThis.DataTransfer = class { constructor() { throw new TypeError(); } };',
    });
    await page.waitForSelector('.capture label');
    expect(await visible(page, '#live')).toBe(false);
  });

  it('ends every track when the page is put aside, and opens the camera again when it comes back', async () => {
    await holding({});
    const page = await load();
    await page.click(OPEN);
    await page.waitForSelector(SHUTTER);
    await page.evaluate("globalThis.tracks = document.querySelector('video').srcObject.getTracks(); 0");
    const put = (hidden: boolean): Promise<unknown> =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} });
        document.dispatchEvent(new Event('visibilitychange'));`);
    await put(true);
    expect(await page.evaluate('globalThis.tracks.map((track) => track.readyState)')).toEqual(['ended']);
    expect(await living(page)).toBe(0);
    await put(false);
    await until(page, "document.querySelector('video').srcObject?.active === true");
  });

  it('is spoken of to whoever cannot see it: beeps on request, with how to hold the phone', async () => {
    await holding({});
    const page = await load('', {
      before: `globalThis.beeps = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function () { globalThis.beeps += 1; return start.call(this); };`,
    });
    await page.click(OPEN);
    await page.waitForSelector(SHUTTER);
    expect(await page.getAttribute('video', 'aria-hidden')).toBe('true');
    expect(await page.getAttribute('[data-part="view"]', 'aria-describedby')).toBe('live-about');
    await page.click('[data-sound]');
    await until(page, 'globalThis.beeps > 1');
    expect(await page.getAttribute('[data-sound]', 'aria-pressed')).toBe('true');
    expect(await page.innerText('[data-about]')).toContain('Put your phone flat against the document.');
    await page.click('[data-sound]');
    expect(await page.getAttribute('[data-sound]', 'aria-pressed')).toBe('false');
  });

  it('is seen by another camera, and by its light, where the device has them', async () => {
    await holding({});
    const page = await load('', {
      before: `navigator.mediaDevices.enumerateDevices = async () => ['a', 'b'].map((deviceId) => ({ kind: 'videoinput', deviceId }));
        globalThis.asked = [];
        const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = ({ video }) => { asked.push(JSON.stringify(video)); return open({ video: true }); };
        MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
        MediaStreamTrack.prototype.applyConstraints = async (wanted) => { asked.push(JSON.stringify(wanted)); };`,
    });
    await page.click(OPEN);
    await page.click('[data-torch]');
    await page.waitForSelector('[data-torch][aria-pressed="true"]');
    await page.click('[data-switch]');
    await page.waitForSelector('[data-torch][aria-pressed="false"]');
    await until(page, 'globalThis.asked.length === 3');
    expect(await page.evaluate('globalThis.asked')).toEqual([
      '{"facingMode":"environment","height":{"ideal":1080}}',
      '{"advanced":[{"torch":true}]}',
      '{"deviceId":{"exact":"a"},"height":{"ideal":1080}}',
    ]);
  });
});

describe('a face before the camera of the page', () => {
  it('is looked for by the camera that looks at the person, and taken by their own press', async () => {
    await holding({ card: true });
    const page = await load('?kind=selfie');
    expect(await page.getAttribute('[data-live]', 'data-lens')).toBe('user');
    await page.click(OPEN);
    await until(page, `${HINT}.startsWith('Look straight')`);
    expect(await page.getAttribute('video', 'class')).toContain('live-mirror');
    await page.click(SHUTTER);
    await page.waitForSelector('[data-preview]:visible');
    expect(await page.textContent('[data-photo-status]')).toContain('Is your face clear and in the middle?');
    expect(await page.inputValue('[name="taken"]')).toBe('camera_manual');
  });

  it.each([
    ['0.1', 'No face found', false],
    ['0.5', 'Good, hold still', true],
  ])('is helped where the browser finds faces by itself (%s)', async (found, hint, taken) => {
    await holding({ card: true });
    const face = '[{ boundingBox: { x: 440, y: 180, width: 400, height: 400 } }]';
    const page = await load('?kind=selfie', {
      before: `globalThis.FaceDetector = class { async detect() { return ${Number(found) < 0.3 ? '[]' : face}; } };`,
    });
    await page.click(OPEN);
    if (taken) {
      await page.waitForSelector('[data-preview]:visible');
      expect(await page.inputValue('[name="taken"]')).toBe('camera_auto');
    } else await until(page, `${HINT} === ${JSON.stringify(hint)}`);
  });
});

describe('a selfie that only the camera may take', () => {
  it('is taken by the camera as any other', async () => {
    await holding({ card: true });
    const page = await load('?kind=selfie&only=1');
    expect(await visible(page, '.callout')).toBe(true);
    await page.click(OPEN);
    await page.click(SHUTTER);
    await page.waitForSelector('[data-preview]:visible');
    await use(page);
    expect(sent).toMatchObject([{ address: '/v1/flow/evidence/selfie?taken=camera_manual' }]);
  });

  it.each([
    ['without scripts', undefined],
    ['at a desk without a camera', { before: 'navigator.mediaDevices.enumerateDevices = async () => [];' }],
    [
      'where the camera does not open',
      { before: "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); };" },
    ],
  ])('has no way by a file %s: the page says whom to turn to', async (where, visit) => {
    const query = '?kind=selfie&only=1';
    const page = await (visit ? load(query, visit) : loadBare(query));
    if (await visible(page, OPEN)) {
      await page.click(OPEN);
      await page.waitForSelector('[data-problem="none"]:visible');
      expect(await page.innerText('[data-problem="none"]')).not.toContain('file');
    }
    expect(await visible(page, '.capture label')).toBe(false);
    expect(await page.innerText('.callout')).toContain('Acme Desk knows other ways.');
    await shot(page, `camera-only-${where.replaceAll(' ', '-')}`);
  });
});

/** What getUserMedia says instead of opening. */
const failing = (...names: string[]): string => `const names = ${JSON.stringify(names)};
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', names.length > 1 ? names.shift() : names[0]); };`;

describe('a camera that does not open', () => {
  const problems = [
    ['NotAllowedError', 'Camera is blocked', 'denied', false],
    ['NotFoundError', 'We cannot find a camera', 'none_found', true],
    ['OverconstrainedError', 'We cannot find a camera', 'none_found', true],
    ['NotReadableError', 'Another app is using the camera', 'in_use', false],
    ['AbortError', 'Another app is using the camera', 'in_use', false],
    ['SecurityError', 'The camera does not work on this page', 'unsupported', true],
  ] as const;

  it.each(wholeOr(problems, ([, heading], at) => problems[at - 1]?.[1] !== heading))(
    '%s: "%s", in focus; and it is counted as %s',
    async (name, heading, outcome, hasFileRoute) => {
      const page = await load('', { before: failing(name) });
      await page.click(OPEN);
      await page.waitForSelector('[data-part="problem"]:visible');
      expect(await focused(page)).toBe(heading);
      expect(await visible(page, '.capture label')).toBe(hasFileRoute);
      expect(told).toEqual([`{"event":"camera_${outcome}"}`]);
      expect(await accessibilityFaults(page)).toEqual([]);
      await shot(page, `problem-${name}`);
    },
  );

  it('offers the way of a file by itself after three failures, and takes the file as the form always did', async () => {
    const page = await load('', { before: failing('NotReadableError') });
    await page.click(OPEN);
    for (const failures of [1, 2]) {
      await page.waitForSelector('[data-part="problem"] [data-open]:visible');
      expect([failures, await visible(page, '.capture label')]).toEqual([failures, false]);
      await page.click('[data-part="problem"] [data-open]');
    }
    await page.waitForSelector('.capture label');
    await page.setInputFiles('input[type="file"]', { name: 'a.jpg', mimeType: 'image/jpeg', buffer: await scene({}) });
    await page.waitForSelector('[data-preview]:visible');
    expect([await visible(page, '#live'), await page.inputValue('[name="taken"]')]).toEqual([false, 'file']);
  });

  it('does not ask a second time where the browser remembers a no: it says where to change that', async () => {
    const page = await load('', { before: failing('NotAllowedError') });
    await page.click(OPEN);
    await page.click('[data-part="problem"] [data-open]');
    await page.waitForSelector('[data-problem="remembered"]:visible');
    expect(await visible(page, '[data-part="problem"] [data-open]')).toBe(false);
    expect(await visible(page, '[data-reload]')).toBe(true);
    await Promise.all([page.waitForNavigation(), page.click('[data-reload]')]);
    await page.waitForSelector(OPEN);
  });

  it('is no error at a desk without one: the form stands there as without the script', async () => {
    const page = await load('', { before: 'navigator.mediaDevices.enumerateDevices = async () => [];' });
    await page.waitForSelector('.capture label');
    expect([await visible(page, '#live'), await visible(page, '.capture button[type="submit"]')]).toEqual([
      false,
      true,
    ]);
  });

  it('asks for less where the height is refused', async () => {
    await holding({});
    const page = await load('', {
      before: `const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wanted) => {
          if (wanted.video.height) throw new DOMException('', 'OverconstrainedError');
          return open(wanted);
        };`,
    });
    await page.click(OPEN);
    await page.waitForSelector(SHUTTER);
  });

  it('is not asked for without scripts: the file field is all there is, and says that it is one', async () => {
    const page = await loadBare();
    expect([await visible(page, '#live'), await visible(page, '.capture label')]).toEqual([false, true]);
    expect(await page.getAttribute('[name="taken"]', 'value')).toBe('file');
    expect(await visible(page, '[data-again]')).toBe(false);
  });
});

const LANGUAGES = ['en', 'de', 'ar'];
const LOOKS = [
  [320, 'light'],
  [1280, 'light'],
  [320, 'dark'],
] as const;

/** In English both kinds of picture are looked at, in the others one of them. */
const LEFT_OUT: Readonly<Record<string, number>> = { de: 0, ar: 1 };

describe.each(LANGUAGES)('the camera’s parts of the page in %s', (language) => {
  it.each(wholeOr(LOOKS, (_look, at) => at === LANGUAGES.indexOf(language)))(
    'keep nobody out at %i px, %s',
    async (width, colorScheme) => {
      for (const kind of wholeOr(['document_front', 'selfie'], (_kind, at) => at !== LEFT_OUT[language])) {
        await holding({ card: true, width: 500 });
        const page = await load(`?kind=${kind}&lang=${language}`, { width, colorScheme });
        const look = async (part: string): Promise<void> => {
          expect([part, await accessibilityFaults(page)]).toEqual([part, []]);
          expect([part, await scrollsSideways(page)]).toEqual([part, false]);
          await shot(page, `${language}-${width}-${colorScheme}-${kind}-${part}`);
        };
        await page.waitForSelector(OPEN);
        await look('primer');
        await page.click(OPEN);
        await page.waitForSelector('[data-hint]:not(:empty)');
        await page.click('[data-sound]');
        await look('view');
        await page.click(SHUTTER);
        await page.waitForSelector('[data-preview]:visible');
        await look('preview');
      }
    },
  );
});
