/** Why keeping failed, as the end of a sentence. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'the browser gave no reason';
  switch (cause.name) {
    case 'QuotaExceededError':
      return 'the browser has no room for it';
    case 'SecurityError':
      return 'the browser does not allow it for this page';
    case 'TimeoutError':
      return 'the server does not answer';
    case 'AbortError':
      return 'it was removed meanwhile';
    case 'TypeError':
      return 'a file could not be fetched; check the connection and try again';
    default:
      return cause.message;
  }
}
