'use client';

import { useEffect, useRef, useState } from 'react';
import { copyText } from '@/lib/export/hand-over';
import { PANEL_TITLES, PANELS, type PanelName } from '@/lib/export/shown';
import { EMBED_PARTS, type EmbedPart } from '@/lib/share/embed-address';
import { embedSnippet } from '@/lib/share/embed-snippet';
import { LinkError, writeLink } from '@/lib/share/link';
import { sharedRun } from '@/lib/share/shared-run';
import buttons from '../button.module.css';
import { usePage } from '../page-context';
import styles from './embed-dialog.module.css';

const PART_NAMES: Record<EmbedPart, string> = {
  prompt: 'Prompt',
  cache: 'KV cache',
  text: 'Generated text',
  step: 'This step',
  time: 'Over time',
};

/** What to paste into a page, so that a frame of it shows the run and the view on the screen. */
export function EmbedDialog() {
  const { store } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [panel, setPanel] = useState<PanelName | null>(null);
  const [hidden, setHidden] = useState<readonly EmbedPart[]>([]);
  const [run, setRun] = useState<{ fragment: string } | { problem: string } | null>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  useEffect(() => {
    dialog.current?.showModal();
    let gone = false;
    void linkTo(store.getState()).then((result) => !gone && setRun(result));
    return () => {
      gone = true;
    };
  }, [store]);
  const page = new URL('./embed', document.baseURI).href;
  const snippet =
    run && 'fragment' in run ? embedSnippet(page, run.fragment, { panel, hidden }) : '';
  const toggle = (part: EmbedPart, on: boolean) => {
    setCopied(null);
    setHidden(on ? [...hidden, part] : hidden.filter((other) => other !== part));
  };
  const copy = async () => {
    const done = await copyText(snippet);
    setCopied(done);
    if (!done) field.current?.select();
  };
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="embed-title"
      onClose={() => store.getState().setEmbedOpen(false)}
      // The page's keys must not act under the dialog.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="embed-title">Embed in a page</h2>
      <p>
        The frame holds this run and this view. Its text is written again by the model, in the
        browser of whoever reads the page.
      </p>
      <label className={styles.what}>
        Shows
        <select
          value={panel ?? ''}
          onChange={(event) => {
            setCopied(null);
            setPanel(PANELS.find((name) => name === event.target.value) ?? null);
          }}
        >
          <option value="">the whole instrument</option>
          {PANELS.map((name) => (
            <option key={name} value={name}>
              {PANEL_TITLES[name]}
            </option>
          ))}
        </select>
      </label>
      <fieldset className={styles.parts} disabled={panel !== null}>
        <legend>Without</legend>
        {EMBED_PARTS.map((part) => (
          <label key={part}>
            <input
              type="checkbox"
              checked={hidden.includes(part)}
              // One part stays.
              disabled={!hidden.includes(part) && hidden.length === EMBED_PARTS.length - 1}
              onChange={(event) => toggle(part, event.target.checked)}
            />
            {PART_NAMES[part]}
          </label>
        ))}
      </fieldset>
      {run && 'problem' in run ? (
        <p role="alert">{run.problem}</p>
      ) : (
        <textarea
          ref={field}
          className={styles.text}
          aria-label="HTML to paste"
          readOnly
          rows={6}
          value={snippet}
        />
      )}
      <div className={styles.ways}>
        <span role="status" className={styles.said}>
          {copied === null
            ? snippet && `${snippet.length.toLocaleString('en')} characters`
            : copied
              ? 'Copied'
              : 'The browser does not let this page use the clipboard: copy the marked text.'}
        </span>
        <button
          type="button"
          className={`${buttons.button} ${buttons.strong}`}
          disabled={snippet === ''}
          onClick={() => void copy()}
        >
          Copy HTML
        </button>
        <button type="button" className={buttons.button} onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}

async function linkTo(
  state: Parameters<typeof sharedRun>[0],
): Promise<{ fragment: string } | { problem: string }> {
  try {
    return { fragment: await writeLink(sharedRun(state)) };
  } catch (error) {
    const problem = error instanceof LinkError ? error.message : `This did not work: ${error}`;
    return { problem };
  }
}
