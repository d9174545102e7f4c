import { FlatTrace } from '@/lib/trace/flat-trace';
import type { LaneRun, LaneTrace } from './types';

/*
 * A lane's run by text tokens: 0 is the prompt's first. In a block model's trace they stand `pads` further on.
 */

/** Pads in front of the text. */
export function padsOf(trace: LaneTrace): number {
  return trace instanceof FlatTrace ? 0 : trace.pads;
}

/** Text tokens of the prompt; the first written token comes next. */
export function promptTokensOf(trace: LaneTrace): number {
  return trace instanceof FlatTrace
    ? trace.promptTokens
    : trace.promptBlocks * trace.dims.blockLength - trace.pads;
}

/** Text tokens known, those behind the end left out. */
export function textTokensOf(trace: LaneTrace): number {
  return trace.textLength - padsOf(trace);
}

/** The id of text token `token`, or −1 where none is known. */
export function idAt(trace: LaneTrace, token: number): number {
  return trace.tokens[token + padsOf(trace)] ?? -1;
}

/** The logits that text token `token` was drawn from, [vocabulary]. Null where nothing was measured. */
export function logitsAt(trace: LaneTrace, token: number): Float32Array | null {
  if (trace instanceof FlatTrace) return trace.logits(token);
  const { blockLength } = trace.dims;
  const index = token + trace.pads;
  return trace.logits(Math.floor(index / blockLength), index % blockLength);
}

/** The run of the engine that wrote text token `token`. Null where nothing was measured. */
export function runAt(trace: LaneTrace, token: number): LaneRun | null {
  if (trace instanceof FlatTrace) return trace.runOf(token);
  const { blockLength } = trace.dims;
  const block = Math.floor((token + trace.pads) / blockLength);
  const ms = trace.stepMs(block);
  return ms === null ? null : { first: block * blockLength - trace.pads, tokens: blockLength, ms };
}

/** Whether text token `token` was given to the model instead of being drawn. */
export function isGiven(trace: LaneTrace, token: number): boolean {
  return trace.isForced(token + padsOf(trace));
}

/**
 * Positions of the growing cache that were held while text token `token` was chosen: blocks before its own, or tokens before it. Of
 * a changed cache those that its run read, mean of the layers.
 */
export function heldAt(trace: LaneTrace, token: number): number {
  return trace instanceof FlatTrace
    ? (keptPositions(trace, token) ?? token)
    : Math.floor((token + trace.pads) / trace.dims.blockLength);
}

function keptPositions(trace: FlatTrace, token: number): number | null {
  const kept = trace.kept(token - 1);
  return kept && kept.seenPositions / trace.dims.blockLayers;
}
