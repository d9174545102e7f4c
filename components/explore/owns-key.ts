/** Whether the focused element does something of its own with this key. */
export function ownsKey(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.closest('[role="menu"]')) return true;
  if (target.closest('input[type="range"]')) return event.key.length > 1 && !event.shiftKey;
  const radio = target.closest<HTMLInputElement>('input[type="radio"]');
  // Arrows go through the group; space chooses what is not chosen.
  if (radio) return event.key.startsWith('Arrow') || (event.key === ' ' && !radio.checked);
  if (target.closest('textarea, select, input:not([type="checkbox"])')) return true;
  return event.key === ' ' && target.closest('button, summary, input') !== null;
}
