import {
  CACHE_KINDS,
  type CacheChoice,
  type CacheKind,
  type CacheParameter,
  FULL_CACHE,
  presetCache,
} from './caches';
import { LANES, type LaneId } from './types';

/*
 * Caches in the address: `upperCache=streaming-llm&upperSinks=4&upperWindow=20`. Shares are percentages; a choice is given by its
 * place.
 */

/** The caches that an address asks for, and a sentence for each value that cannot be used. */
export function readCaches(parameters: URLSearchParams): {
  caches: Record<LaneId, CacheChoice>;
  notices: string[];
} {
  const notices: string[] = [];
  const caches = { upper: FULL_CACHE, lower: FULL_CACHE };
  for (const lane of LANES) {
    const asked = parameters.get(keyOf(lane, 'cache'));
    if (asked === null) continue;
    const kind = CACHE_KINDS.find(({ id }) => id === asked);
    if (!kind) {
      const ids = CACHE_KINDS.map(({ id }) => id).join(', ');
      notices.push(
        `The address asks for cache “${shown(asked)}” in the ${lane} lane; there are ${ids}.`,
      );
      continue;
    }
    caches[lane] = readValues(lane, kind, parameters, notices);
  }
  return { caches, notices };
}

/** Puts a lane's cache into an address; the full one takes no room there. */
export function writeCache(
  parameters: URLSearchParams,
  lane: LaneId,
  { id, values }: CacheChoice,
): void {
  for (const kind of CACHE_KINDS)
    for (const { name } of kind.parameters) parameters.delete(keyOf(lane, name));
  parameters.delete(keyOf(lane, 'cache'));
  if (id === 'full') return;
  parameters.set(keyOf(lane, 'cache'), id);
  for (const [name, value] of Object.entries(values))
    parameters.set(keyOf(lane, name), String(value));
}

/** Whether `value` can be set: a whole number within the bounds. */
export function isSetting(value: number, { min, max }: CacheParameter): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** What a parameter can be, in words. */
export function boundsText({ min, max, unit, choices }: CacheParameter): string {
  if (choices) return choices.map((choice, at) => `${at} (${choice})`).join(' or ');
  return `a whole number from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}`;
}

function readValues(
  lane: LaneId,
  kind: CacheKind,
  parameters: URLSearchParams,
  notices: string[],
): CacheChoice {
  const { values } = presetCache(kind.id);
  const read = { ...values };
  for (const parameter of kind.parameters) {
    const key = keyOf(lane, parameter.name);
    const asked = parameters.get(key);
    if (asked === null) continue;
    const value = /^\d{1,6}$/.test(asked) ? Number(asked) : Number.NaN;
    if (isSetting(value, parameter)) read[parameter.name] = value;
    else
      notices.push(
        `The address asks for ${key} “${shown(asked)}”; it can be ${boundsText(parameter)}. ${parameter.default} is used.`,
      );
  }
  return { id: kind.id, values: read };
}

function keyOf(lane: LaneId, name: string): string {
  return `${lane}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function shown(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
