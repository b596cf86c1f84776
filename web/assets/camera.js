/*
 * Opens the camera, and says in one word why it did not open. The stream lives here and nowhere else: whoever closes it
 * has ended every track of it.
 */

/** Height only: Safari takes a width as a demand and finds no camera. The last one asks for nothing. */
const HEIGHTS = [1080, 720, undefined];

/** Whether it is worth asking: a desk without a camera is no error, and is shown the way of a file at once. */
export async function mayHaveCamera() {
  const { mediaDevices } = navigator;
  if (typeof mediaDevices?.getUserMedia !== 'function') return false;
  const devices = await mediaDevices.enumerateDevices?.().catch(() => undefined);
  return devices?.some(({ kind }) => kind === 'videoinput') ?? true;
}

/**
 * `lens`: `environment` looks away from the person, `user` at them; `deviceId` is one the person switched to.
 * @throws DOMException as getUserMedia does
 */
export async function openCamera({ lens, deviceId }) {
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: lens };
  for (const height of HEIGHTS) {
    try {
      const video = height === undefined ? which : { ...which, height: { ideal: height } };
      return await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch (error) {
      if (error.name !== 'OverconstrainedError' || height === undefined) throw error;
    }
  }
  return undefined;
}

export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Cameras there are, once one was allowed; their names say too much and are not looked at. */
export async function cameras() {
  const devices = (await navigator.mediaDevices.enumerateDevices?.().catch(() => [])) ?? [];
  return devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId).map(({ deviceId }) => deviceId);
}

/** What the browser remembers of earlier answers; undefined where it does not say. */
export async function remembered() {
  const answer = await navigator.permissions?.query({ name: 'camera' }).catch(() => undefined);
  return answer?.state;
}

export const hasTorch = (stream) => Boolean(stream.getVideoTracks()[0]?.getCapabilities?.().torch);

export const shine = (stream, on) => stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });

/**
 * Which of the table's pages fits a failure. `refusals`: how often this page was refused before;
 * browsers that do not tell what they remember do not ask a second time either.
 */
export function problemOf(name, { permission, refusals }) {
  switch (name) {
    case 'NotAllowedError':
      return permission === 'denied' || refusals > 0 ? 'remembered' : 'blocked';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'unsupported';
  }
}

/** What is counted of it: nothing about the person or the device. */
export const EVENT_OF = {
  blocked: 'camera_denied',
  remembered: 'camera_denied',
  none: 'camera_none_found',
  busy: 'camera_in_use',
  unsupported: 'camera_unsupported',
};
