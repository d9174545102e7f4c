import type { Estimate } from './statistics';

const MINUS = '−';

/** A number with a fixed number of decimals and a true minus sign. */
export function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

/** A difference: with its sign. */
export function signed(value: number, digits = 3): string {
  const text = fixed(value, digits);
  return text.startsWith(MINUS) || Number(text) === 0 ? text : `+${text}`;
}

/** A number and its standard error, `3.012 ± 0.030`; the error is left out where there is none. */
export function plusMinus({ value, error }: Estimate, digits = 3): string {
  return error === null
    ? fixed(value, digits)
    : `${fixed(value, digits)} ± ${fixed(error, digits)}`;
}

/** A difference and its standard error. */
export function signedPlusMinus({ value, error }: Estimate, digits = 3): string {
  const text = signed(value, digits);
  return error === null ? text : `${text} ± ${fixed(error, digits)}`;
}

/** A share in percent. */
export function percent(share: number, digits = 0): string {
  return `${fixed(100 * share, digits)} %`;
}

/** Whole numbers with thousands marks. */
export function whole(value: number): string {
  return value.toLocaleString('en');
}

/** Parameters or tokens in millions. */
export function millions(value: number): string {
  return `${(value / 1e6).toFixed(value < 1e7 ? 2 : 1)} M`;
}

/** A place in words: `768 on`, `128–255`. */
export function range(from: number, to: number | null): string {
  return to === null ? `${from} on` : `${from}–${to}`;
}

/** Names in a row: `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
