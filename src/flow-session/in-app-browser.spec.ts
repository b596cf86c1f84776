import { describe, expect, it } from '@jest/globals';
import { inAppBrowser } from './in-app-browser.js';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const PIXEL = 'Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP3A.241005.015';

describe('an app’s own browser', () => {
  it.each([
    [
      `${IPHONE} Mobile/22B83 Instagram 353.0.0.19.96 (iPhone15,2; iOS 18_1; en_US)`,
      { platform: 'ios', appName: 'Instagram' },
    ],
    [`${IPHONE} Mobile/22B83 [FBAN/FBIOS;FBAV/485.0.0.41.109;FBBV/1]`, { platform: 'ios', appName: 'Facebook' }],
    [
      `${PIXEL}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/485]`,
      { platform: 'android', appName: 'Facebook' },
    ],
    [
      `${PIXEL}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
      { platform: 'android' },
    ],
    [`${IPHONE} Mobile/15E148 LinkedInApp/9.30`, { platform: 'ios', appName: 'LinkedIn' }],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 MicroMessenger/7.0',
      { platform: 'other', appName: 'WeChat' },
    ],
  ])('%s', (userAgent, app) => {
    expect(inAppBrowser(userAgent)).toEqual(app);
  });

  it.each([
    undefined,
    '',
    `${IPHONE} Version/18.1 Mobile/15E148 Safari/604.1`,
    `${IPHONE} CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1`,
    `${PIXEL}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36`,
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36',
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
  ])('is not %s', (userAgent) => {
    expect(inAppBrowser(userAgent)).toBeUndefined();
  });
});
