'use client';

import { useRef } from 'react';
import { tokenKind } from '@/lib/draw/token-strip';
import type { EngineInfo } from '@/lib/engine/types';
import { LoadingScene } from '../loading/loading-scene';
import { useApp } from '../page-context';
import { promptLayout } from '../prompt-layout';
import styles from './text.module.css';
import { TextBlock } from './text-block';
import { TextWindow } from './text-window';

/** Before the first run: what will happen, and the prompt as the model will read it. */
export function Preview() {
  const prompt = useApp((state) => state.prompt);
  const info = useApp((state) => state.info);
  return (
    <div className={styles.preview}>
      <p className={styles.lead}>
        Press Generate: a small Block Transformer writes on from your prompt, here in your browser,
        and this page shows which <b className={styles.globalWord}>blocks</b> it looked back at,
        what it saw <b className={styles.localWord}>inside the block</b>, and how little it had to
        remember.
      </p>
      {info ? <PromptBlocks prompt={prompt} info={info} /> : <LoadingScene />}
    </div>
  );
}

function PromptBlocks({ prompt, info }: { prompt: string; info: EngineInfo }) {
  const box = useRef<HTMLDivElement>(null);
  const layout = promptLayout(prompt, info);
  if (!layout) return null;
  const { blockLength } = info.manifest.dims;
  const { pads, blocks: promptBlocks } = layout;
  const known = { length: layout.tokens.length, pads, promptBlocks, discardedFrom: null };
  return (
    <TextWindow box={box} grown={layout.tokens.length}>
      <div ref={box} className={styles.blocks}>
        {Array.from({ length: promptBlocks }, (_, block) => {
          const from = block * blockLength;
          const ids = layout.tokens.subarray(from, from + blockLength);
          return (
            <TextBlock
              key={`${from}`}
              from={from}
              ids={ids.join(' ')}
              kinds={Array.from(ids, (_, slot) => tokenKind(from + slot, known, blockLength)).join(
                ' ',
              )}
              now={-1}
              later={false}
              lit=""
              writer={info}
            />
          );
        })}
      </div>
    </TextWindow>
  );
}
