'use client';

import { memo, useEffect, useRef } from 'react';
import { tokenKind } from '@/lib/draw/token-strip';
import type { EngineInfo } from '@/lib/engine/types';
import type { Trace } from '@/lib/trace/trace';
import { idLabel } from '../labels';
import type { Moment } from '../moment-feed';
import { useApp, useMoment, usePage } from '../page-context';
import { promptLayout } from '../prompt-layout';
import { EndNote } from './end-note';
import styles from './text.module.css';

/** Height of a line of blocks with its gap: the text scrolls by whole lines. */
const ROW_HEIGHT = 30;

/** Prompt and text in their blocks; a token can be clicked to put the cursor on it. */
export function GeneratedText() {
  const moment = useMoment();
  const writer = useApp((state) => state.writer);
  const { trace } = moment;
  return (
    <section className={styles.region} aria-label="Generated text">
      {trace ? (
        <>
          <PlainText trace={trace} writer={writer} />
          <Blocks trace={trace} writer={writer} moment={moment} />
        </>
      ) : (
        <Preview />
      )}
    </section>
  );
}

/** The text as a sentence, for readers who listen. */
function PlainText({ trace, writer }: { trace: Trace; writer: EngineInfo | null }) {
  if (!writer) return null;
  return (
    <p className="visually-hidden">
      {trace.header.prompt}
      {writer.tokenizer.decode(trace.generated)}
    </p>
  );
}

function Blocks({
  trace,
  writer,
  moment,
}: {
  trace: Trace;
  writer: EngineInfo | null;
  moment: Moment;
}) {
  const { store } = usePage();
  const hovered = useApp((state) => state.hovered);
  const box = useRef<HTMLDivElement>(null);
  const { blockLength } = trace.dims;
  const cursor = moment.cursor ?? -1;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // Clicks are a shortcut for the pointer; the slider "Timeline" does the same by keyboard.
    const click = (event: MouseEvent) => {
      const token = (event.target as Element).closest<HTMLElement>('[data-token]')?.dataset.token;
      if (token === undefined) return;
      store.getState().setPlaying(false);
      store.getState().seek(Number(token));
    };
    const over = (event: PointerEvent) => {
      const token = (event.target as Element).closest<HTMLElement>('[data-token]')?.dataset.token;
      const from = Number(token);
      store.getState().hover(token === undefined ? null : { from, to: from + 1 });
    };
    const leave = () => store.getState().hover(null);
    element.addEventListener('click', click);
    element.addEventListener('pointerover', over);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('click', click);
      element.removeEventListener('pointerover', over);
      element.removeEventListener('pointerleave', leave);
    };
  }, [store]);

  useEffect(() => {
    const element = box.current;
    const now = element?.querySelector<HTMLElement>(`[data-token="${cursor}"]`);
    if (!element || !now) return;
    const top = now.offsetTop - element.offsetTop;
    const bottom = top + now.offsetHeight;
    if (top < element.scrollTop || bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = Math.ceil((bottom - element.clientHeight) / ROW_HEIGHT) * ROW_HEIGHT;
  }, [cursor]);

  return (
    <div ref={box} className={styles.blocks}>
      {Array.from({ length: trace.blocks }, (_, block) => {
        const from = block * blockLength;
        const ids = trace.tokens.subarray(from, from + blockLength);
        return (
          <TextBlock
            // Blocks never move, so the place is the identity.
            key={`${from}`}
            from={from}
            ids={ids.join(' ')}
            kinds={Array.from(ids, (_, slot) => tokenKind(from + slot, trace, blockLength)).join(
              ' ',
            )}
            now={cursor - from >= 0 && cursor - from < blockLength ? cursor - from : -1}
            later={cursor < from}
            lit={
              hovered && hovered.from < from + blockLength && hovered.to > from
                ? `${hovered.from} ${hovered.to}`
                : ''
            }
            writer={writer}
          />
        );
      })}
      <EndNote trace={trace} />
    </div>
  );
}

interface TextBlockProps {
  from: number;
  /** Token ids and their kinds, joined by spaces, so that an unchanged block is not rendered again. */
  ids: string;
  kinds: string;
  /** Slot of the cursor, or −1. */
  now: number;
  /** All of the block is after the cursor. */
  later: boolean;
  /** First and end of the lit tokens when some are in this block, joined by a space; else empty. */
  lit: string;
  writer: EngineInfo | null;
}

const TextBlock = memo(function TextBlock({
  from,
  ids,
  kinds,
  now,
  later,
  lit,
  writer,
}: TextBlockProps) {
  const [litFrom = 0, litTo = 0] = lit.split(' ').map(Number);
  const kind = kinds.split(' ');
  const prompt = kind.includes('prompt');
  return (
    <span className={styles.block} data-kind={now >= 0 ? 'current' : prompt ? 'prompt' : 'written'}>
      {ids.split(' ').map((id, slot) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot's place is its identity
          key={slot}
          className={styles.token}
          data-token={from + slot}
          data-kind={kind[slot]}
          data-lit={(from + slot >= litFrom && from + slot < litTo) || undefined}
          data-now={slot === now || undefined}
          data-later={later || (now >= 0 && slot > now) || undefined}
        >
          <Label text={idLabel(writer, Number(id))} />
        </span>
      ))}
    </span>
  );
});

/** A label with its marks for spaces and line ends set back. */
function Label({ text }: { text: string }) {
  const parts = text.split(/([·↵⇥␍])/u).filter(Boolean);
  return parts.map((part, i) =>
    /^[·↵⇥␍]$/u.test(part) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed text
      <i key={i} className={styles.mark}>
        {part}
      </i>
    ) : (
      part
    ),
  );
}

/** Before the first run: what will happen, and the prompt as the model will read it. */
function Preview() {
  const prompt = useApp((state) => state.prompt);
  const info = useApp((state) => state.info);
  const status = useApp((state) => state.status.state);
  return (
    <div className={styles.preview}>
      <p className={styles.lead}>
        Press Generate: a small Block Transformer writes on from your prompt, here in your browser,
        and this page shows which <b className={styles.globalWord}>blocks</b> it looked back at,
        what it saw <b className={styles.localWord}>inside the block</b>, and how little it had to
        remember.
      </p>
      {info && <PromptBlocks prompt={prompt} info={info} />}
      {!info && (status === 'loading' || status === 'compiling') && (
        <p className={styles.hint}>The model is on its way; Generate waits for it.</p>
      )}
    </div>
  );
}

function PromptBlocks({ prompt, info }: { prompt: string; info: EngineInfo }) {
  const layout = promptLayout(prompt, info);
  if (!layout) return null;
  const { blockLength } = info.manifest.dims;
  const { pads, blocks: promptBlocks } = layout;
  const known = { length: layout.tokens.length, pads, promptBlocks, discardedFrom: null };
  return (
    <div className={styles.blocks}>
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
  );
}
