/* Beeps that get faster as the picture gets better, for whoever cannot see it; and a buzz where the device has one. */
const SLOW_MS = 900;
const FAST_MS = 140;
const BEEP_SECONDS = 0.06;

export class SoundGuide {
  #context = null;
  #last = 0;

  get isOn() {
    return this.#context !== null;
  }

  /** From a click: browsers let nothing sound without one. */
  async turn(on) {
    const context = this.#context;
    this.#context = on ? new AudioContext() : null;
    await (on ? this.#context.resume() : context?.close());
  }

  /** `closeness` 0 to 1. */
  hear(closeness, atMs) {
    if (!this.#context || atMs - this.#last < SLOW_MS - closeness * (SLOW_MS - FAST_MS)) return;
    this.#last = atMs;
    this.#beep(440 + closeness * 440, BEEP_SECONDS);
  }

  /** The picture is taken. */
  taken() {
    navigator.vibrate?.(120);
    if (this.#context) this.#beep(1_320, BEEP_SECONDS * 4);
  }

  #beep(hertz, seconds) {
    const [tone, loudness] = [this.#context.createOscillator(), this.#context.createGain()];
    tone.frequency.value = hertz;
    loudness.gain.value = 0.2;
    tone.connect(loudness).connect(this.#context.destination);
    tone.start();
    tone.stop(this.#context.currentTime + seconds);
  }
}
