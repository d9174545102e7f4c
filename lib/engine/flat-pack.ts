import type { Dims } from '@/lib/model/manifest';
import { packRows } from '@/lib/trace/flat-rows';
import type { FlatPrefillResult, FlatStepResult } from '@/lib/trace/flat-types';
import type { FlatPrefill, FlatStep } from './flat-backend';

/** A prefill as it crosses to the page: half precision and no zeros, a quarter of what came out. A quiet one has no rows. */
export function packPrefill({ tokens, attention, ms }: FlatPrefill, dims: Dims): FlatPrefillResult {
  const start = (map: number, row: number) => (map * tokens + row) * tokens;
  return {
    tokens,
    attention: attention
      ? packRows({ values: attention, start }, 0, tokens, dims)
      : new Uint16Array(0),
    ms,
  };
}

/** A step as it crosses to the page. */
export function packStep({ attention, ...step }: FlatStep, dims: Dims): FlatStepResult {
  const { position, picks } = step;
  const keys = position + picks.length;
  const maps = dims.blockLayers * dims.heads;
  const start = (map: number, row: number) => ((row - position) * maps + map) * keys;
  return { ...step, attention: packRows({ values: attention, start }, position, keys, dims) };
}
