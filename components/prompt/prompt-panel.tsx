'use client';

import { Square } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { keyText } from '@/lib/commands/keys';
import { CommandButton } from '../command-button';
import { useApp, usePage } from '../page-context';
import styles from './prompt.module.css';
import { SamplingControls } from './sampling-controls';

/** What to write from, and how. */
export function PromptPanel() {
  const prompt = useApp((state) => state.prompt);
  const setPrompt = useApp((state) => state.setPrompt);
  const problem = useApp((state) => state.problem);
  const running = useApp((state) => state.running);
  const field = useRef<HTMLTextAreaElement>(null);
  const wrong = problem?.recovery === 'edit-prompt' ? problem.message : null;
  useEffect(() => {
    if (wrong) field.current?.focus();
  }, [wrong]);
  return (
    <section className={styles.panel} aria-label="Prompt and sampling">
      <label className={styles.heading} htmlFor="prompt">
        Prompt
      </label>
      <textarea
        id="prompt"
        ref={field}
        className={styles.text}
        value={prompt}
        rows={3}
        spellCheck={false}
        aria-invalid={wrong !== null}
        aria-describedby={wrong ? 'prompt-problem' : 'prompt-size'}
        onChange={(event) => setPrompt(event.target.value)}
      />
      {wrong ? (
        <p id="prompt-problem" className={styles.problem} role="alert">
          {wrong}
        </p>
      ) : (
        <PromptSize />
      )}
      <div className={styles.actions}>
        <CommandButton id="generate" strong className={styles.generate}>
          Generate <GenerateKey />
        </CommandButton>
        {running && (
          <CommandButton id="stop" className={styles.stop}>
            <Square size={12} fill="currentColor" aria-hidden="true" /> Stop
          </CommandButton>
        )}
      </div>
      <SamplingControls />
    </section>
  );
}

/** The key, where there is a keyboard: Enter alone begins a new line of the prompt. */
function GenerateKey() {
  const { commands } = usePage();
  // By the style sheet, for it is no part of the button's name.
  return <kbd className={styles.key} data-key={keyText(commands.generate.key ?? '')} />;
}

/** How many tokens, pads and blocks the prompt makes: counted by the model's own tokenizer. */
function PromptSize() {
  const prompt = useApp((state) => state.prompt);
  const info = useApp((state) => state.info);
  if (!info) return <p id="prompt-size" className={styles.size} />;
  const { blockLength } = info.manifest.dims;
  const tokens = info.tokenizer.encode(prompt).length;
  const blocks = Math.ceil(tokens / blockLength);
  const pads = blocks * blockLength - tokens;
  return (
    <p id="prompt-size" className={styles.size}>
      {counted(tokens, 'token')}
      {pads > 0 && ` + ${counted(pads, 'pad')}`} = {counted(blocks, 'block')}
    </p>
  );
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
