import type { Reply, Request } from '../platform/http/request-context.js';

/** `__Host-`: Secure, no Domain, Path=/ (RFC 6265bis, 4.1.3.2). Chromium keeps such cookies on http://localhost. */
export const FLOW_COOKIE = '__Host-regain_flow';
export const CAPTURE_COOKIE = '__Host-regain_capture';
export const SESSION_COOKIE = '__Host-regain_session';
/** Staff at the console, and the sign-in that leads there. */
export const STAFF_COOKIE = '__Host-regain_staff';
export const STAFF_SIGN_IN_COOKIE = '__Host-regain_staff_sign_in';

/** Lax, because partners send people back by a top-level navigation. */
const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

/** Lives for at least a second: a cookie of age 0 would be deleted (RFC 6265bis, 5.6.2). */
export function setSecretCookie(reply: Reply, cookie: { name: string; value: string; maxAgeSeconds: number }): void {
  void reply.setCookie(cookie.name, cookie.value, {
    ...ATTRIBUTES,
    maxAge: Math.max(1, Math.floor(cookie.maxAgeSeconds)),
  });
}

/** With the attributes it was set with: a browser takes it for another cookie otherwise. */
export function clearSecretCookie(reply: Reply, name: string): void {
  void reply.clearCookie(name, ATTRIBUTES);
}

export function readCookie(request: Request, name: string): string | undefined {
  return request.cookies[name];
}
