import { HALF_ONE, packedSize } from './flat-rows';
import { type FlatStore, FlatTrace } from './flat-trace';
import type { FlatPrefillResult, FlatStepResult, FlatTraceHeader, KeptRow } from './flat-types';
import { countSeen, isSeen, seenWords } from './seen-bits';
import { globalOffset, isToken } from './store';
import type { EndReason } from './types';

/**
 * Writes a flat trace, append only: the prefill once (unless the prompt is one token), then run after run, then the end.
 * Everything is checked before anything is written, so a refused append leaves the trace as it was.
 */
export class FlatRecorder {
  readonly trace: FlatTrace;
  private readonly store: FlatStore;
  private readonly maps: number;

  /**
   * @param prompt token ids, without pads: a flat model has none.
   * @param capacity tokens to make room for after the prompt; the rest of the context when left out.
   * @throws RangeError when prompt or capacity do not fit the model.
   */
  constructor(header: FlatTraceHeader, prompt: ArrayLike<number>, capacity?: number) {
    const { dims, padId } = header.model;
    const { contextLength, vocabulary } = dims;
    const promptTokens = prompt.length;
    const room = capacity ?? contextLength - promptTokens;
    if (promptTokens === 0) throw new RangeError('a prompt has at least one token');
    if (!(Number.isInteger(room) && room >= 0 && promptTokens + room <= contextLength)) {
      throw new RangeError(`${promptTokens} + ${room} tokens do not fit ${contextLength}`);
    }
    const tokens = new Int32Array(promptTokens + room);
    tokens.set(prompt);
    const bad = tokens
      .subarray(0, promptTokens)
      .findIndex((id) => id === padId || !isToken(id, vocabulary));
    if (bad >= 0) throw new RangeError(`prompt token ${bad} is ${tokens[bad]}`);
    this.maps = dims.blockLayers * dims.heads;
    this.store = {
      header,
      promptTokens,
      capacity: room,
      tokens,
      // The last token's own row is never measured: it would be fed to write one more.
      attention: new Uint16Array(globalOffset(promptTokens + room, this.maps)),
      logits: new Float32Array(room * vocabulary),
      forced: new Uint8Array(room),
      runs: [],
      runOf: new Int32Array(room),
      kept: [],
      prefillMs: null,
      rows: 0,
      written: 0,
      end: null,
      version: 0,
    };
    this.trace = new FlatTrace(this.store);
  }

  /**
   * Appends the rows that the prompt gave: of all its tokens but the last, which the first run is fed; of all its tokens when
   * nothing will be written.
   *
   * @throws Error when called twice or late; RangeError when sizes or numbers are wrong.
   */
  appendPrefill({ tokens, attention, ms }: FlatPrefillResult): void {
    const { store } = this;
    this.checkOpen();
    if (store.rows > 0 || store.written > 0 || store.prefillMs !== null) {
      throw new Error('the prefill is appended once, before any step');
    }
    if (tokens !== store.promptTokens && tokens !== store.promptTokens - 1) {
      throw new RangeError(`a prefill of ${tokens} tokens for a prompt of ${store.promptTokens}`);
    }
    this.checkRows(attention, 0, tokens);
    checkDuration(ms);
    store.attention.set(attention);
    store.prefillMs = ms;
    store.rows = tokens;
    store.version += 1;
  }

  /**
   * Appends what one run wrote, and the rows that chose it.
   *
   * @throws Error when the trace has ended; RangeError when the run is not the next, or sizes or numbers are wrong.
   */
  appendStep({ position, picks, forced, logits, attention, kept, ms }: FlatStepResult): void {
    const { store } = this;
    const { dims, padId } = store.header.model;
    const { vocabulary } = dims;
    const count = picks.length;
    this.checkOpen();
    const next = store.promptTokens + store.written - 1;
    if (position !== next) throw new RangeError(`position ${position} where ${next} comes next`);
    if (store.rows !== next) {
      throw new RangeError(`position ${position} adds its row, but ${store.rows} are known`);
    }
    if (count === 0 || store.written + count > store.capacity) {
      throw new RangeError(`no room for ${count} tokens behind position ${position}`);
    }
    for (const id of picks) {
      if (!isToken(id, vocabulary) || id === padId) throw new RangeError(`pick ${id}`);
    }
    if (forced && forced.length !== count) {
      throw new RangeError(`forced holds ${forced.length} flags, not ${count}`);
    }
    if (logits.length !== count * vocabulary) {
      throw new RangeError(`logits holds ${logits.length} numbers, not ${count * vocabulary}`);
    }
    for (let i = 0; i < logits.length; i += 1) {
      if (!Number.isFinite(logits[i])) throw new RangeError(`logits[${i}] is ${logits[i]}`);
    }
    this.checkRows(attention, position, position + count);
    this.checkKept(kept, position, count);
    checkDuration(ms);
    store.tokens.set(picks, position + 1);
    store.attention.set(attention, globalOffset(position, this.maps));
    store.logits.set(logits, store.written * vocabulary);
    for (let j = 0; j < count; j += 1) store.forced[store.written + j] = forced?.[j] ? 1 : 0;
    store.runOf.fill(store.runs.length, store.written, store.written + count);
    if (kept) store.kept.push(kept);
    store.runs.push({ first: position + 1, tokens: count, ms });
    store.rows = position + count;
    store.written += count;
    store.version += 1;
  }

  /**
   * Ends the trace. `length` counts the tokens of the text, the prompt included; what the last run wrote beyond it is
   * discarded.
   *
   * @throws Error when it has ended already; RangeError when `length` does not lie in the last run or does not fit the reason.
   */
  finish(reason: EndReason, length: number = this.trace.length): void {
    const { store, trace } = this;
    const { dims, endId } = store.header.model;
    this.checkOpen();
    const least = (store.runs.at(-1)?.first ?? store.promptTokens - 1) + 1;
    if (!(Number.isInteger(length) && length >= least && length <= trace.length)) {
      throw new RangeError(`an end at ${length} is outside ${least} … ${trace.length}`);
    }
    if (reason === 'end-of-text' && (store.written === 0 || store.tokens[length - 1] !== endId)) {
      throw new RangeError(`no end-of-text at ${length - 1}`);
    }
    if (reason === 'context-full' && length !== dims.contextLength) {
      throw new RangeError(`the context of ${dims.contextLength} is not full at ${length}`);
    }
    store.end = { reason, length };
    store.version += 1;
  }

  private checkOpen(): void {
    if (this.store.end) throw new Error('the trace has ended');
  }

  /** A changed cache says with every row what it saw: its own token, and in all heads of a layer as many. */
  private checkKept(kept: KeptRow | undefined, position: number, count: number): void {
    if ((kept !== undefined) !== (this.store.header.cache !== undefined)) {
      throw new RangeError(kept ? 'a row of a changed cache' : 'a row without its changed cache');
    }
    if (!kept) return;
    if (count !== 1) throw new RangeError(`${count} tokens from a run with a changed cache`);
    const { heads } = this.store.header.model.dims;
    const { seen, ...counts } = kept;
    if (seen.length !== this.maps * seenWords(position)) {
      throw new RangeError(`seen holds ${seen.length} words for row ${position}`);
    }
    let total = 0;
    for (let map = 0; map < this.maps; map += 1) {
      const own = countSeen(seen, position, map);
      const same = own === countSeen(seen, position, map - (map % heads));
      if (!same || !isSeen(seen, position, map, position)) {
        throw new RangeError(`map ${map} of row ${position} cannot have seen that`);
      }
      total += own;
    }
    if (total !== counts.seenPositions * heads) {
      throw new RangeError(`row ${position} saw ${total / heads}, not ${counts.seenPositions}`);
    }
    if (counts.heldPositions > counts.seenPositions) {
      throw new RangeError(`row ${position} left more than it saw`);
    }
    for (const [name, number] of Object.entries(counts)) {
      if (!(Number.isInteger(number) && number >= 0)) throw new RangeError(`${name} is ${number}`);
    }
  }

  private checkRows(attention: Uint16Array, from: number, to: number): void {
    const size = packedSize(from, to, this.maps);
    if (attention.length !== size) {
      throw new RangeError(`attention holds ${attention.length} numbers, not ${size}`);
    }
    // A plain loop: a long prompt has millions, and `findIndex` takes a second for them.
    for (let i = 0; i < size; i += 1) {
      if ((attention[i] ?? 0) > HALF_ONE) throw new RangeError(`attention[${i}] is no weight`);
    }
  }
}

function checkDuration(ms: number): void {
  if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError(`a duration of ${ms} ms`);
}
