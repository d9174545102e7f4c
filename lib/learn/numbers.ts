/** `84 %`, `0.3 %`: a decimal where there is little. */
export function percent(share: number): string {
  const hundred = share * 100;
  return `${hundred.toFixed(hundred < 10 ? 1 : 0)} %`;
}

/** `1 pad`, `2,048 tokens`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `4.7 M`, `0.22 M`. */
export function millions(count: number): string {
  const value = count / 1e6;
  return `${value.toFixed(value < 1 ? 2 : 1)} M`;
}

/** `8`, `1.5`: a decimal where there is one. */
export function times(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** `twice`, `3 times`. */
export function fold(value: number): string {
  return value === 2 ? 'twice' : `${times(value)} times`;
}
