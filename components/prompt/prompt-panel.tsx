'use client';

import { Square } from 'lucide-react';
import { keyText } from '@/lib/commands/keys';
import type { EngineInfo } from '@/lib/engine/types';
import { CommandButton } from '../command-button';
import { useApp, usePage } from '../page-context';
import styles from './prompt.module.css';
import { counted, GenerateKey, PromptForm } from './prompt-form';
import { SamplingControls } from './sampling-controls';

/** What the next run is asked for. */
export function PromptPanel() {
  const { commands } = usePage();
  const prompt = useApp((state) => state.prompt);
  const setPrompt = useApp((state) => state.setPrompt);
  const problem = useApp((state) => state.problem);
  const running = useApp((state) => state.running);
  const info = useApp((state) => state.info);
  return (
    <PromptForm
      prompt={prompt}
      onPrompt={setPrompt}
      wrong={problem?.recovery === 'edit-prompt' ? problem.message : null}
      size={info ? promptSize(prompt, info) : ''}
      actions={
        <>
          <CommandButton id="generate" strong className={styles.generate}>
            Generate <GenerateKey text={keyText(commands.generate.key ?? '')} />
          </CommandButton>
          {running && (
            <CommandButton id="stop" className={styles.stop}>
              <Square size={12} fill="currentColor" aria-hidden="true" /> Stop
            </CommandButton>
          )}
        </>
      }
    >
      <SamplingControls
        sampling={useApp((state) => state.sampling)}
        onSampling={useApp((state) => state.setSampling)}
        maxTokens={useApp((state) => state.maxTokens)}
        onMaxTokens={useApp((state) => state.setMaxTokens)}
        context={info?.manifest.dims.contextLength ?? 1024}
      />
    </PromptForm>
  );
}

/** How many tokens, pads and blocks the prompt makes: counted by the model's own tokenizer. */
function promptSize(prompt: string, info: EngineInfo): string {
  const { blockLength } = info.manifest.dims;
  const tokens = info.tokenizer.encode(prompt).length;
  const blocks = Math.ceil(tokens / blockLength);
  const pads = blocks * blockLength - tokens;
  const padded = pads > 0 ? ` + ${counted(pads, 'pad')}` : '';
  return `${counted(tokens, 'token')}${padded} = ${counted(blocks, 'block')}`;
}
