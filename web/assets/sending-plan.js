/* What follows from an answer to a photo, or from none. Pure, so that it is tested without a network. */

/** So long is waited before each of the tries that follow a failure: three of them. */
export const BACK_OFF_MS = [1_000, 3_000, 9_000];

/** Nobody can say whether the photo arrived; sent again it is known again, so that a second time does no harm. */
const NO_ANSWER = new Set([0, 408, 425, 500, 502, 503, 504]);
/** Another request has the place just now. */
const BUSY = new Set(['request_in_progress', 'version_conflict']);
/** What was sent is no picture: the page of this photo says so. */
const NOT_A_PHOTO = new Set(['unsupported_media_type', 'picture_refused']);
/** The case went on elsewhere, or ended, or somebody else takes the photos now: the flow's own page says so. */
const MOVED_ON = new Set([401, 404, 409, 410, 422]);

/**
 * `status` 0: no answer came. `code`: the problem document's. `failures`: tries that failed before this one.
 * @returns `answered`, `not_a_photo`, `moved_on`, `form` (the server's own page about it), `given_up` or `{ waitMs }`
 */
export function afterAnswer({ status, code, retryAfterSeconds = 0 }, failures) {
  if (status === 200) return 'answered';
  if (code === 'recoveries_paused') return 'moved_on';
  if (NO_ANSWER.has(status) || BUSY.has(code))
    return failures < BACK_OFF_MS.length
      ? { waitMs: Math.max(BACK_OFF_MS[failures], Math.min(retryAfterSeconds, 30) * 1_000) }
      : 'given_up';
  if (NOT_A_PHOTO.has(code)) return 'not_a_photo';
  return MOVED_ON.has(status) ? 'moved_on' : 'form';
}
