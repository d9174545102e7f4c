'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import styles from './prompt.module.css';

interface PromptFormProps {
  prompt: string;
  onPrompt(prompt: string): void;
  /** Why this prompt cannot be written from; null when it can. */
  wrong: string | null;
  /** What the prompt makes, in words. */
  size: string;
  /** What starts and stops the writing. */
  actions: ReactNode;
  /** What else is asked for. */
  children: ReactNode;
}

/** What to write from, and how. */
export function PromptForm({ prompt, onPrompt, wrong, size, actions, children }: PromptFormProps) {
  const field = useRef<HTMLTextAreaElement>(null);
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
        onChange={(event) => onPrompt(event.target.value)}
      />
      {wrong ? (
        <p id="prompt-problem" className={styles.problem} role="alert">
          {wrong}
        </p>
      ) : (
        <p id="prompt-size" className={styles.size}>
          {size}
        </p>
      )}
      <div className={styles.actions}>{actions}</div>
      {children}
    </section>
  );
}

/** The key of Generate, where there is a keyboard: Enter alone begins a new line of the prompt. `text`: for people. */
export function GenerateKey({ text }: { text: string }) {
  // By the style sheet, for it is no part of the button's name.
  return <kbd className={styles.key} data-key={text} />;
}

/** `1 token`, `2,048 tokens`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
