/** What went wrong in one line, as a report may print it: folders of this machine are left out of it. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split('\n')[0] ?? '')
    .replace(/^worker\.evaluate: (Error: )?/, '')
    .replace(/(?<![\w:/])(?:[A-Za-z]:)?(?:[\\/][^\s\\/:"']+)+[\\/]/g, '');
}
