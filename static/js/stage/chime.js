/** Two soft notes, a fifth apart. [frequency in Hz, start in s] */
const NOTES = [[659.26, 0], [987.77, 0.11]];
const LENGTH_S = 0.7;
const LOUDNESS = 0.12;
/** A browser that waits for a click first must not save chimes up for it; OBS does not wait. */
const PATIENCE_MS = 500;

/** A short chime made on the spot; no file, and no audio at all until the first one. */
export class Chime {
  /** @type {AudioContext|null} */
  #audio = null;

  async ring() {
    this.#audio ??= new AudioContext();
    if (this.#audio.state !== "running") await Promise.race([this.#audio.resume(), patience()]);
    if (this.#audio.state !== "running") return;
    for (const [frequency, start] of NOTES) this.#note(this.#audio, frequency, this.#audio.currentTime + start);
  }

  /** @param {AudioContext} audio @param {number} frequency @param {number} at */
  #note(audio, frequency, at) {
    const tone = new OscillatorNode(audio, { type: "sine", frequency });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.linearRampToValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + LENGTH_S);
  }
}

function patience() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
}
