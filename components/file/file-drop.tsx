'use client';

import { useEffect, useState } from 'react';
import { openRunFile } from '@/lib/commands/file-commands';
import { usePage } from '../page-context';
import styles from './file.module.css';

const ONE_ONLY = 'Several files were dropped, and one is opened at a time.';

/** Opens a run's file that is dropped anywhere on the page, and says so while one is held over it. */
export function FileDrop() {
  const { store, session } = usePage();
  const [over, setOver] = useState(false);
  useEffect(() => {
    // In the capturing phase: no field takes a file as its text, and the browser does not leave the page for it.
    const listen = new AbortController();
    const on = (
      type: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
      act: (e: DragEvent) => void,
    ) =>
      window.addEventListener(type, (event) => bringsFiles(event) && act(event), {
        capture: true,
        signal: listen.signal,
      });
    const invite = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    on('dragenter', invite);
    on('dragover', invite);
    // Leaving one part of the page is entering another; leaving the page is not.
    on('dragleave', (event) => event.relatedTarget === null && setOver(false));
    on('drop', (event) => {
      event.preventDefault();
      setOver(false);
      const [file, ...more] = event.dataTransfer?.files ?? [];
      if (more.length > 0) store.getState().setFileProblem(ONE_ONLY);
      else if (file) void openRunFile(store, session, file);
    });
    return () => listen.abort();
  }, [store, session]);
  return over ? (
    <div className={styles.over} aria-hidden="true">
      <p>Drop a run’s file to open it</p>
    </div>
  ) : null;
}

/** Text that is dragged into a field is the browser's matter. */
function bringsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
