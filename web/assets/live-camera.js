/*
 * The camera inside of the page: asked for by a click, shown with an outline, and taken by itself when a document lies
 * well. It hands over one photo and ends every track; the form sends it as it sends a file.
 */
import { report } from './browser-events.js';
import { SoundGuide } from './camera-sound.js';
import { cameras, closeCamera, EVENT_OF, hasTorch, openCamera, problemOf, remembered, shine } from './camera.js';
import { faultOf, GoodRun, HintPace, judgeDocument, judgeFace, PATIENCE_MS } from './frame-judge.js';
import { outlineIn } from './frame-measures.js';
import { FrameReader } from './frame-reader.js';
import { photoOf } from './photo-file.js';

const LOOK_EVERY_MS = 100;
const FAILURES_BEFORE_FILE = 3;

/** `onPhoto(file, { how, fault })` gets the picture; `onFile()` is called when the way of a file should be shown. */
export class LiveCamera {
  #section;
  #video;
  #on;
  #sound = new SoundGuide();
  #stream = null;
  #torch = false;
  #deviceId;
  #failures = 0;
  #refusals = 0;
  #wanted = false;
  #hint = null;
  #taking = false;
  /** What is wrong for longer than a hint stands, as a word of the page. */
  #trouble = null;

  constructor(section, on) {
    this.#section = section;
    this.#on = on;
    this.#video = this.#find('video');
    for (const button of section.querySelectorAll('[data-open]')) button.addEventListener('click', () => this.open());
    this.#find('[data-reload]').addEventListener('click', () => location.reload());
    this.#find('[data-shutter]').addEventListener('click', () => this.#take('camera_manual'));
    this.#find('[data-switch]').addEventListener('click', () => this.#switch());
    this.#find('[data-torch]').addEventListener('click', () => this.#shine(!this.#torch));
    this.#find('[data-sound]').addEventListener('click', () => this.#guideBySound());
    // A page that is not looked at does not look either; iOS may come back with another lens, hence "Switch camera".
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#stop();
      else if (this.#wanted) this.open();
    });
    window.addEventListener('pagehide', () => this.#stop());
    section.hidden = false;
    this.#show('primer');
  }

  /** Asks for the camera, and shows it. */
  async open() {
    if (this.#stream || this.#section.dataset.busy) return;
    this.#section.dataset.busy = 'true';
    this.#wanted = true;
    let stream;
    try {
      const { lens, shape } = this.#section.dataset;
      stream = await openCamera({ lens, deviceId: this.#deviceId });
      if (!this.#wanted || document.hidden) closeCamera(stream);
      else {
        report(this.#section.dataset.eventsUrl, 'camera_granted');
        await this.#play(stream, new FrameReader(this.#video, shape));
      }
    } catch (error) {
      // A page that was put aside before the picture began to play has stopped it itself.
      if (!stream || this.#stream === stream) await this.#failed(error);
    } finally {
      delete this.#section.dataset.busy;
    }
    // It may be back by now, and have found this still going on.
    if (this.#wanted && !this.#stream && !document.hidden) await this.open();
  }

  /** Goes back to what stands before the camera. */
  close() {
    this.#wanted = false;
    this.#stop();
    this.#section.hidden = true;
  }

  async #play(stream, reader) {
    this.#stream = stream;
    this.#failures = 0;
    this.#trouble = null;
    for (const track of stream.getVideoTracks())
      track.addEventListener('ended', () => this.#stream === stream && this.#failed({ name: 'NotReadableError' }));
    this.#section.hidden = false;
    this.#show('view');
    this.#say('[data-trouble]', '');
    this.#video.srcObject = stream;
    await this.#video.play();
    if (this.#stream !== stream) return;
    this.#frame(stream);
    this.#find('[data-shutter]').focus();
    this.#find('[data-torch]').hidden = !hasTorch(stream);
    this.#find('[data-switch]').hidden = (await cameras()).length < 2;
    if (this.#stream === stream)
      this.#watch({ stream, reader, run: new GoodRun(), pace: new HintPace(), since: performance.now() });
  }

  /** Looks at the picture about ten times a second, until the stream it looks at is closed. */
  async #watch(eye) {
    const measures = await eye.reader.look().catch(() => undefined);
    if (this.#stream !== eye.stream) return;
    const now = performance.now();
    if (measures && !this.#taking) {
      const isFace = this.#section.dataset.shape === 'face';
      const hint = (isFace ? judgeFace : judgeDocument)(measures);
      this.#hint = hint;
      const taken = eye.run.add(hint === 'good');
      this.#say('[data-hint]', this.#find('[data-hint]').dataset[eye.pace.next(hint, now)] ?? '');
      this.#find('[data-outline]').classList.toggle('live-good', hint === 'good');
      this.#sound.hear(Math.max(eye.run.progress, closeness(measures)), now);
      if (taken) {
        eye.run = new GoodRun();
        this.#take('camera_auto');
      }
    }
    if (now - eye.since > PATIENCE_MS) this.#trouble ??= 'trouble';
    if (this.#trouble) this.#say('[data-trouble]', this.#find('[data-trouble]').dataset[this.#trouble]);
    setTimeout(() => this.#watch(eye), LOOK_EVERY_MS);
  }

  async #take(how) {
    if (this.#taking || !this.#stream) return;
    this.#taking = true;
    const file = await this.#picture().catch(() => null);
    this.#taking = false;
    if (!file) return this.#notTaken();
    this.#sound.taken();
    this.close();
    this.#on.photo(file, { how, fault: faultOf(this.#hint) });
  }

  /** @throws Error when the browser makes no picture of it */
  async #picture() {
    if (!this.#video.videoWidth)
      await new Promise((done) => this.#video.addEventListener('loadeddata', done, { once: true }));
    const { videoWidth: width, videoHeight: height } = this.#video;
    return photoOf(this.#video, { width, height });
  }

  /** The camera goes on, and so do its hints. */
  #notTaken() {
    this.#trouble = 'notTaken';
    this.#failures += 1;
    if (this.#failures >= FAILURES_BEFORE_FILE) this.#on.file();
  }

  async #failed(error) {
    this.#stop();
    this.#failures += 1;
    const name = error.name ?? '';
    const problem = problemOf(name, { permission: await remembered(), refusals: this.#refusals });
    if (name === 'NotAllowedError') this.#refusals += 1;
    this.#wanted = false;
    report(this.#section.dataset.eventsUrl, EVENT_OF[problem]);
    this.#section.hidden = false;
    this.#show('problem');
    for (const told of this.#section.querySelectorAll('[data-problem]')) told.hidden = told.dataset.problem !== problem;
    this.#find('[data-reload]').hidden = problem !== 'remembered';
    this.#find('[data-part="problem"] [data-open]').hidden = problem === 'remembered' || problem === 'unsupported';
    this.#find(`[data-problem="${problem}"] h2`).focus();
    if (this.#failures >= FAILURES_BEFORE_FILE || problem === 'none' || problem === 'unsupported') this.#on.file();
  }

  async #switch() {
    const all = await cameras();
    const current = this.#stream?.getVideoTracks()[0]?.getSettings?.().deviceId;
    this.#deviceId = all[(all.indexOf(current) + 1) % all.length];
    this.#stop();
    await this.open();
  }

  async #shine(on) {
    await shine(this.#stream, on).catch(() => undefined);
    this.#torch = on;
    this.#find('[data-torch]').setAttribute('aria-pressed', String(on));
  }

  async #guideBySound() {
    const on = !this.#sound.isOn;
    await this.#sound.turn(on);
    this.#find('[data-sound]').setAttribute('aria-pressed', String(on));
    this.#find('[data-about]').classList.toggle('visually-hidden', !on);
  }

  #stop() {
    closeCamera(this.#stream);
    this.#stream = null;
    this.#torch = false;
    this.#find('[data-torch]').setAttribute('aria-pressed', 'false');
    this.#video.srcObject = null;
  }

  /** The frame takes the video's shape, and the outline lies where frames are measured. */
  #frame(stream) {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!width || !height) return;
    const outline = outlineIn({ width, height }, this.#section.dataset.shape);
    const { style } = this.#find('[data-outline]');
    this.#find('[data-frame]').style.setProperty('--ratio', String(width / height));
    style.insetInlineStart = `${(outline.x / width) * 100}%`;
    style.insetBlockStart = `${(outline.y / height) * 100}%`;
    style.inlineSize = `${(outline.width / width) * 100}%`;
    style.blockSize = `${(outline.height / height) * 100}%`;
    const facing = stream.getVideoTracks()[0]?.getSettings?.().facingMode;
    // People know their own face from mirrors; the photo itself is not turned.
    this.#video.classList.toggle(
      'live-mirror',
      facing === 'user' || (!facing && this.#section.dataset.lens === 'user'),
    );
  }

  #show(part) {
    for (const each of this.#section.querySelectorAll('[data-part]')) each.hidden = each.dataset.part !== part;
  }

  #say(where, text) {
    const line = this.#find(where);
    if (line.textContent !== text) line.textContent = text;
  }

  #find(selector) {
    return this.#section.querySelector(selector);
  }
}

/** How near a document is to lying well, for the beeps; a face is near when it is the only one. */
function closeness({ size, faces }) {
  if (size !== null) return Math.max(0, Math.min(0.7, 1 - Math.abs(1 - size)));
  return faces?.length === 1 ? 0.6 : 0;
}
