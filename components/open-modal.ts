/** The dialog that keeps the rest of the page from being used, or null. A panel that fills a stage is none. */
export function openModal(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>('dialog[open]:not([data-on-stage])');
}
