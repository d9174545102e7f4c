import { METHODS } from '@/lib/methods';
import {
  defaults,
  type Method,
  type Params,
  type Part,
  type Shape,
  total,
} from '@/lib/methods/types';

/** The lengths of the table: the curve goes up to the last or to one before. */
export const LENGTHS = [2048, 8192, 32_768] as const;

/** The model that all methods are counted for: the paper's flat 302M, with a prompt that ends half-way through the shortest length. */
export const COST_SHAPE: Shape = {
  layers: 24,
  width: 1024,
  heads: 16,
  headWidth: 64,
  promptLength: 1024,
};

export type Count = 'stored' | 'read';

/** Numbers of a method after `n` positions; null without a decode cache. */
export function numbersOf(method: Method, count: Count, n: number, params: Params): number | null {
  const parts = method[count]?.(n, COST_SHAPE, params) ?? null;
  return parts && total(parts);
}

/** Parts of a count with its sum, for one length. */
export function partsOf(method: Method, count: Count, n: number, params: Params): readonly Part[] {
  return method[count]?.(n, COST_SHAPE, params) ?? [];
}

/** The most that is held on the way to `n` positions. */
export function peakOf(method: Method, n: number, params: Params): number | null {
  const parts = method.peak?.(n, COST_SHAPE, params);
  return parts ? total(parts) : numbersOf(method, 'stored', n, params);
}

/** Why there is no curve, in a sentence; null if there is one. */
export function noCurve({ kind, name, stored }: Method): string | null {
  if (kind === 'no decode cache' || stored === null)
    return `${name} has no decode cache: it reads a whole text at once and writes none, so there is nothing to count here.`;
  if (kind === 'no saving')
    return `${name} keeps every entry: what it stores is what multi-head attention stores, so it has no line of its own.`;
  return null;
}

/** The lines that a method is drawn beside; none where positions are not tokens. */
export function yardsticks(method: Method): readonly Method[] {
  if (method.unit !== 'token') return [];
  return METHODS.filter(
    ({ id }) => (id === 'multi-head' || id === 'block-transformer') && id !== method.id,
  );
}

/** Lengths evenly up to `max`, the prompt's end and the token after it included. */
export function curveLengths(max: number, steps: number): number[] {
  const even = Array.from({ length: steps + 1 }, (_, i) => Math.round((i * max) / steps));
  const { promptLength } = COST_SHAPE;
  const all = [...even, promptLength, promptLength + 1].filter((n) => n <= max);
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Parameters that change what is stored or read; the others only change the mask. */
export function costKeys(method: Method): string[] {
  const usual = defaults(method);
  const counts = (params: Params) =>
    (['stored', 'read'] as const).flatMap((count) =>
      [100, 3000, ...LENGTHS].map((n) => numbersOf(method, count, n, params)),
    );
  const before = counts(usual).join();
  return Object.entries(method.parameters)
    .filter(([key, { min, max }]) =>
      [min, max].some((value) => counts({ ...usual, [key]: value }).join() !== before),
    )
    .map(([key]) => key);
}

/** Whether what is stored hangs on where the prompt ends. */
export function hangsOnPrompt(method: Method): boolean {
  const at = (promptLength: number) =>
    [100, 512].map((n) =>
      total(method.stored?.(n, { ...COST_SHAPE, promptLength }, defaults(method)) ?? []),
    );
  return at(64).join() !== at(256).join();
}
