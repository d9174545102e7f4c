/** A change reaches the address after this long without another: to a browser it is slow work, and it allows few changes a second. */
const REST_MS = 250;

let waiting: { timer: ReturnType<typeof setTimeout>; write(): void } | null = null;

/**
 * The parameters that a part of the page keeps in the address, written there once nothing has changed for a moment; those of other
 * parts stay as they are. `values` is asked when it is written.
 */
export function writeAddress(owned: readonly string[], values: () => URLSearchParams): void {
  if (waiting) clearTimeout(waiting.timer);
  else window.addEventListener('pagehide', finishAddress);
  const write = () => replace(owned, values());
  waiting = { timer: setTimeout(finishAddress, REST_MS), write };
}

/** Writes what waits to be written. For a part that goes. */
export function finishAddress(): void {
  if (!waiting) return;
  const { timer, write } = waiting;
  waiting = null;
  clearTimeout(timer);
  window.removeEventListener('pagehide', finishAddress);
  write();
}

function replace(owned: readonly string[], values: URLSearchParams): void {
  const parameters = new URLSearchParams(window.location.search);
  for (const name of owned) parameters.delete(name);
  for (const [name, value] of values) parameters.set(name, value);
  const search = parameters.toString();
  const { pathname, hash } = window.location;
  window.history.replaceState(null, '', `${pathname}${search && `?${search}`}${hash}`);
}
