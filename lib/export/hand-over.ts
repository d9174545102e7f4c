/** How handing something to the reader went: one sentence, and where it did not work the text to take by hand. */
export interface Outcome {
  done: boolean;
  sentence: string;
  /** What could not be copied or saved; null where there is nothing to show. */
  text: string | null;
}

export const NO_CLIPBOARD = 'The browser does not let this page use the clipboard.';
export const NO_FILES = 'The browser does not let this page save a file.';

/** Copies a text; false where the page may not: over plain http there is no clipboard. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Hands a file to the browser; false when it refuses at once. */
export function download(blob: Blob, name: string): boolean {
  try {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    // The browser reads it after this task.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return true;
  } catch {
    return false;
  }
}
