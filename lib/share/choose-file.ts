/** Lets the reader choose a file; nothing happens when none is. To be called while a key or a click is being answered. */
export function chooseFile(onFile: (file: File) => void): void {
  const input = document.createElement('input');
  // Files of every name: some systems offer none whose ending they do not know.
  input.type = 'file';
  input.onchange = () => {
    const file = input.files?.[0];
    if (file) onFile(file);
  };
  input.click();
}
