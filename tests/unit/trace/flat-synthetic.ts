import type { Dims } from '@/lib/model/manifest';
import { FlatRecorder } from '@/lib/trace/flat-recorder';
import { packRows } from '@/lib/trace/flat-rows';
import type { FlatPrefillResult, FlatStepResult, FlatTraceHeader } from '@/lib/trace/flat-types';
import { END, header, PAD, value } from './synthetic';

/** Small and uneven, so that exchanged sizes or strides show. */
export const FLAT_DIMS: Dims = {
  vocabulary: 11,
  width: 6,
  heads: 3,
  headWidth: 2,
  rotaryDims: 2,
  blockLayers: 2,
  tokenLayers: 0,
  blockLength: 1,
  prefixLength: 0,
  contextLength: 24,
};

export function flatHeader(dims: Dims = FLAT_DIMS): FlatTraceHeader {
  const { prompt, sampling, backend, provenance, created } = header();
  const model = { id: 'flat-test', weightsSha256: 'c'.repeat(64), padId: PAD, endId: END };
  return {
    model: { ...model, architecture: 'flat', dims },
    prompt,
    sampling,
    backend,
    provenance,
    created,
  };
}

/** Row `token`: a distribution over 0 … token that differs for every layer and head. */
export function flatRow(token: number, layer: number, head: number): number[] {
  const weights = Array.from({ length: token + 1 }, (_, i) => value(7, token, layer, head, i));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.fround(weight / sum));
}

/** Rows `from` … `to` − 1, packed. */
export function flatRows(from: number, to: number, dims: Dims = FLAT_DIMS): Uint16Array {
  const maps = dims.blockLayers * dims.heads;
  const values = new Float32Array((to - from) * maps * to);
  const start = (map: number, row: number) => ((row - from) * maps + map) * to;
  for (let row = from; row < to; row += 1) {
    for (let map = 0; map < maps; map += 1) {
      values.set(flatRow(row, Math.floor(map / dims.heads), map % dims.heads), start(map, row));
    }
  }
  return packRows({ values, start }, from, to, dims);
}

export function flatPrefill(tokens: number, dims: Dims = FLAT_DIMS): FlatPrefillResult {
  return { tokens, attention: flatRows(0, tokens, dims), ms: 1.5 };
}

/** A run that was fed the token at `position`. */
export function flatStep(
  position: number,
  picks: number[] = [2, 3, 4, 5],
  dims: Dims = FLAT_DIMS,
): FlatStepResult {
  const logits = Float32Array.from({ length: picks.length * dims.vocabulary }, (_, i) =>
    flatLogit(position + 1 + Math.floor(i / dims.vocabulary), i % dims.vocabulary),
  );
  return {
    position,
    picks: Int32Array.from(picks),
    logits,
    attention: flatRows(position, position + picks.length, dims),
    ms: position + 0.5,
  };
}

/** Logit of entry `id` for the token at `index`. */
export function flatLogit(index: number, id: number): number {
  return Math.fround(value(8, index, id) - 0.5);
}

/** Prompt ids without pads. */
export function flatPrompt(tokens: number): number[] {
  return Array.from({ length: tokens }, (_, i) => 2 + (i % 9));
}

/** A recorder after the prefill and `runs` runs of four. */
export function flatRecorded(promptTokens: number, runs: number): FlatRecorder {
  const recorder = new FlatRecorder(flatHeader(), flatPrompt(promptTokens));
  if (promptTokens > 1) recorder.appendPrefill(flatPrefill(promptTokens - 1));
  for (let i = 0; i < runs; i += 1) recorder.appendStep(flatStep(promptTokens - 1 + 4 * i));
  return recorder;
}
