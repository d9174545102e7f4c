/** The parameters that a part of the page keeps in the address; those of other parts stay as they are. */
export function writeAddress(owned: readonly string[], values: URLSearchParams): void {
  const parameters = new URLSearchParams(window.location.search);
  for (const name of owned) parameters.delete(name);
  for (const [name, value] of values) parameters.set(name, value);
  const search = parameters.toString();
  const { pathname, hash } = window.location;
  window.history.replaceState(null, '', `${pathname}${search && `?${search}`}${hash}`);
}
