/** What an app calls itself in the user agent of the browser it brings along; the first that fits. */
const APPS: readonly (readonly [RegExp, string])[] = [
  [/\bInstagram\b/, 'Instagram'],
  [/\bFB(AN|AV|_IAB|IOS)\b/, 'Facebook'],
  [/\bMicroMessenger\b/, 'WeChat'],
  [/\bLine\//, 'LINE'],
  [/\bLinkedInApp\b/, 'LinkedIn'],
  [/\bSnapchat\b/, 'Snapchat'],
  [/\b(musical_ly|BytedanceWebview|TikTok)/, 'TikTok'],
  [/\bTwitter\b/, 'X'],
  [/\bGSA\//, 'Google'],
  [/\bKAKAOTALK\b/, 'KakaoTalk'],
];
/** An Android WebView says so itself (developer.chrome.com, "WebView user agent"). */
const ANDROID_WEB_VIEW = /Android.*; wv\)/;

export interface InAppBrowser {
  platform: 'ios' | 'android' | 'other';
  appName?: string;
}

/**
 * The app a page is shown in, undefined in a browser proper. Neither passkeys nor, mostly, the camera work there, and the
 * first browser that starts keeps the case (T21). A hint: a person who hides it harms themselves.
 */
export function inAppBrowser(userAgent: string | undefined): InAppBrowser | undefined {
  const text = userAgent ?? '';
  const appName = APPS.find(([pattern]) => pattern.test(text))?.[1];
  if (appName === undefined && !ANDROID_WEB_VIEW.test(text)) return undefined;
  const platform = /iPhone|iPad|iPod/.test(text) ? 'ios' : /Android/.test(text) ? 'android' : 'other';
  return { platform, ...(appName === undefined ? {} : { appName }) };
}
