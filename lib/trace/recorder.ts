import { blockOf, localLength, slotOf } from '@/lib/model/layout';
import { prefillOf, stepOf } from './replay';
import { createStore, globalOffset, isToken, normsPerRow, type TraceStore } from './store';
import { Trace } from './trace';
import type { EndReason, PrefillResult, StepResult, TraceHeader } from './types';

/** What a recorder starts from; `layoutPrompt` gives it. */
export interface TracePrompt {
  /** Pads, then the prompt: whole blocks. */
  tokens: ArrayLike<number>;
  pads: number;
}

/**
 * Writes a trace, append only: the prefill once (unless the prompt is one block), then one step for each block in order, then
 * the end. Everything is checked before anything is written, so a refused append leaves the trace as it was.
 */
export class TraceRecorder {
  readonly trace: Trace;
  private readonly store: TraceStore;
  /** What the next block takes over from a branch's parent, slot by slot. */
  private inherited: readonly { token: number; forced: boolean }[] = [];

  /**
   * @param capacity blocks to make room for after the prompt; the rest of the context when left out.
   * @throws RangeError when prompt, pads or capacity do not fit the model.
   */
  constructor(header: TraceHeader, prompt: TracePrompt, capacity?: number) {
    this.store = createStore(header, prompt, capacity);
    this.trace = new Trace(this.store);
  }

  /**
   * A recorder for a run that leaves `parent` at token index `at`: the parent's blocks before the one that holds `at` are
   * written already, for causal rows never change. That block comes from the engine again, with the parent's tokens up to `at`.
   *
   * @param capacity as in the constructor, the parent's blocks included.
   * @throws RangeError when `at` is not a written token of the parent's text, or the header names another parent or model.
   */
  static branch(parent: Trace, at: number, header: TraceHeader, capacity?: number): TraceRecorder {
    const { dims, promptBlocks, pads, tokens } = parent;
    const { id, model } = parent.header;
    const prompt = promptBlocks * dims.blockLength;
    if (!(Number.isInteger(at) && at >= prompt && at < parent.textLength)) {
      throw new RangeError(`a branch at ${at} is outside ${prompt} … ${parent.textLength - 1}`);
    }
    if (header.branch?.parent !== id || header.branch.at !== at) {
      throw new RangeError(`the header does not name a branch of ${id} at ${at}`);
    }
    if (header.model.weightsSha256 !== model.weightsSha256) {
      throw new RangeError(`the parent was written by other weights`);
    }
    const recorder = new TraceRecorder(
      header,
      { tokens: tokens.subarray(0, prompt), pads },
      capacity,
    );
    const prefill = prefillOf(parent);
    if (prefill) recorder.appendPrefill(prefill);
    const block = blockOf(at, dims);
    for (let written = promptBlocks; written < block; written += 1) {
      recorder.appendStep(stepOf(parent, written));
    }
    const start = block * dims.blockLength;
    recorder.inherited = Array.from({ length: slotOf(at, dims) }, (_, slot) => ({
      token: tokens[start + slot] ?? -1,
      forced: parent.isForced(start + slot),
    }));
    return recorder;
  }

  /**
   * Appends the rows that the prompt gave: of all its blocks but the last, which the first step embeds; of all its blocks when
   * nothing will be written. With a prompt of one block there is nothing to prefill and this may be left out.
   *
   * @throws Error when called twice or late; RangeError when sizes or numbers are wrong.
   */
  appendPrefill(result: PrefillResult): void {
    const { store } = this;
    const { dims } = store.header.model;
    const { blocks } = result;
    this.checkOpen();
    if (store.rows > 0 || store.steps > 0 || store.prefillMs !== null) {
      throw new Error('the prefill is appended once, before any step');
    }
    if (blocks !== store.promptBlocks && blocks !== store.promptBlocks - 1) {
      throw new RangeError(`a prefill of ${blocks} blocks for a prompt of ${store.promptBlocks}`);
    }
    const maps = dims.blockLayers * dims.heads;
    checkNumbers('globalAttention', result.globalAttention, maps * blocks * blocks);
    checkNumbers('contexts', result.contexts, blocks * dims.width);
    checkNorms(result.kvNorms, blocks * normsPerRow(dims));
    checkCausal('globalAttention', result.globalAttention, blocks);
    checkDuration(result.ms);

    for (let row = 0; row < blocks; row += 1) {
      for (let map = 0; map < maps; map += 1) {
        const from = (map * blocks + row) * blocks;
        store.global.set(
          result.globalAttention.subarray(from, from + row + 1),
          globalOffset(row, maps) + map * (row + 1),
        );
      }
    }
    store.contexts.set(result.contexts);
    store.kvNorms.set(result.kvNorms);
    store.prefillMs = result.ms;
    store.rows = blocks;
    store.version += 1;
  }

  /**
   * Appends one written block and the global row and context that it was written from.
   *
   * @throws Error when the trace has ended; RangeError when the block is not the next, or sizes or numbers are wrong.
   */
  appendStep(result: StepResult): void {
    const { store } = this;
    const { dims, padId } = store.header.model;
    const { block, picks } = result;
    this.checkOpen();
    const next = store.promptBlocks + store.steps;
    if (block !== next) throw new RangeError(`block ${block} where block ${next} comes next`);
    if (store.rows !== block - 1) {
      throw new RangeError(
        `block ${block} adds global row ${block - 1}, but ${store.rows} are known`,
      );
    }
    if (store.steps >= store.capacity) throw new RangeError(`no room for block ${block}`);
    if (picks.length !== dims.blockLength) {
      throw new RangeError(`picks holds ${picks.length} tokens, not ${dims.blockLength}`);
    }
    for (const id of picks) {
      if (!isToken(id, dims.vocabulary) || id === padId) throw new RangeError(`pick ${id}`);
    }
    this.inherited.forEach(({ token }, slot) => {
      if (picks[slot] !== token) {
        throw new RangeError(`slot ${slot} of block ${block} is not the parent's`);
      }
    });
    const forced = result.forced ?? [];
    if (forced.length !== 0 && forced.length !== dims.blockLength) {
      throw new RangeError(`forced holds ${forced.length} flags, not ${dims.blockLength}`);
    }
    const side = localLength(dims);
    const maps = dims.blockLayers * dims.heads;
    checkNumbers('logits', result.logits, dims.blockLength * dims.vocabulary);
    checkNumbers('globalAttention', result.globalAttention, maps * block);
    checkNumbers(
      'localAttention',
      result.localAttention,
      dims.tokenLayers * dims.heads * side ** 2,
    );
    checkNumbers('context', result.context, dims.width);
    checkNorms(result.kvNorms, normsPerRow(dims));
    checkNumbers('prefixes', result.prefixes, dims.prefixLength * dims.width);
    checkCausal('localAttention', result.localAttention, side);
    checkDuration(result.ms);

    const step = store.steps;
    store.tokens.set(picks, block * dims.blockLength);
    store.global.set(result.globalAttention, globalOffset(block - 1, maps));
    store.contexts.set(result.context, (block - 1) * dims.width);
    store.kvNorms.set(result.kvNorms, (block - 1) * normsPerRow(dims));
    for (let slot = 0; slot < dims.blockLength; slot += 1) {
      const isForced = this.inherited[slot]?.forced ?? forced[slot] ?? false;
      store.forced[step * dims.blockLength + slot] = isForced ? 1 : 0;
    }
    this.inherited = [];
    store.local.set(result.localAttention, step * result.localAttention.length);
    store.logits.set(result.logits, step * result.logits.length);
    store.prefixes.set(result.prefixes, step * result.prefixes.length);
    store.stepMs[step] = result.ms;
    store.rows = block;
    store.steps += 1;
    store.version += 1;
  }

  /**
   * Ends the trace. `length` counts the tokens of the text, pads and prompt included; what the last block holds beyond it is
   * discarded.
   *
   * @throws Error when it has ended already; RangeError when `length` does not lie in the last block or does not fit the reason.
   */
  finish(reason: EndReason, length: number = this.trace.length): void {
    const { store, trace } = this;
    const { dims, endId } = store.header.model;
    this.checkOpen();
    const prompt = store.promptBlocks * dims.blockLength;
    const least = store.steps > 0 ? trace.length - dims.blockLength + 1 : prompt;
    if (!(Number.isInteger(length) && length >= least && length <= trace.length)) {
      throw new RangeError(`an end at ${length} is outside ${least} … ${trace.length}`);
    }
    if (reason === 'end-of-text' && (store.steps === 0 || store.tokens[length - 1] !== endId)) {
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
}

function checkNumbers(name: string, values: Float32Array, length: number): void {
  if (values.length !== length) {
    throw new RangeError(`${name} holds ${values.length} numbers, not ${length}`);
  }
  for (let i = 0; i < length; i += 1) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${name}[${i}] is ${values[i]}`);
  }
}

function checkNorms(norms: Float32Array, length: number): void {
  checkNumbers('kvNorms', norms, length);
  const bad = norms.findIndex((norm) => norm < 0);
  if (bad >= 0) throw new RangeError(`kvNorms[${bad}] is ${norms[bad]}`);
}

/** Square maps one after another: nothing may stand above the diagonal. */
function checkCausal(name: string, maps: Float32Array, side: number): void {
  for (let start = 0; start < maps.length; start += side) {
    const row = (start / side) % side;
    for (let key = row + 1; key < side; key += 1) {
      if (maps[start + key] !== 0) throw new RangeError(`${name}: query ${row} sees key ${key}`);
    }
  }
}

function checkDuration(ms: number): void {
  if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError(`a duration of ${ms} ms`);
}
