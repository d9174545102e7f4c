import { localLength } from '@/lib/model/layout';
import { createStore, globalOffset, isToken, type TraceStore } from './store';
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

  /**
   * @param capacity blocks to make room for after the prompt; the rest of the context when left out.
   * @throws RangeError when prompt, pads or capacity do not fit the model.
   */
  constructor(header: TraceHeader, prompt: TracePrompt, capacity?: number) {
    this.store = createStore(header, prompt, capacity);
    this.trace = new Trace(this.store);
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
    checkNumbers('prefixes', result.prefixes, dims.prefixLength * dims.width);
    checkCausal('localAttention', result.localAttention, side);
    checkDuration(result.ms);

    const step = store.steps;
    store.tokens.set(picks, block * dims.blockLength);
    store.global.set(result.globalAttention, globalOffset(block - 1, maps));
    store.contexts.set(result.context, (block - 1) * dims.width);
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
