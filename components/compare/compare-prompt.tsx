'use client';

import { Square } from 'lucide-react';
import { keyText } from '@/lib/commands/keys';
import { LANES } from '@/lib/compare/types';
import styles from '../prompt/prompt.module.css';
import { counted, GenerateKey, PromptForm } from '../prompt/prompt-form';
import { SamplingControls } from '../prompt/sampling-controls';
import { CompareButton } from './compare-button';
import { useCompare, useCompareState } from './compare-context';

/** What both lanes are asked for. */
export function ComparePrompt() {
  const { commands } = useCompare();
  const prompt = useCompareState((state) => state.prompt);
  const setPrompt = useCompareState((state) => state.setPrompt);
  const running = useCompareState((state) => state.running);
  const lanes = useCompareState((state) => state.lanes);
  const wrong = LANES.map((id) => lanes[id].problem).find(
    (problem) => problem?.recovery === 'edit-prompt',
  );
  const infos = LANES.flatMap((id) => lanes[id].info ?? []);
  const tokens = infos[0]?.tokenizer.encode(prompt).length;
  const contexts = infos.map(({ manifest }) => manifest.dims.contextLength);
  return (
    <PromptForm
      prompt={prompt}
      onPrompt={setPrompt}
      wrong={wrong?.message ?? null}
      size={tokens === undefined ? '' : `${counted(tokens, 'token')}, the same for both`}
      actions={
        <>
          <CompareButton id="generate" strong className={styles.generate}>
            Generate <GenerateKey text={keyText(commands.generate.key ?? '')} />
          </CompareButton>
          {running && (
            <CompareButton id="stop" className={styles.stop}>
              <Square size={12} fill="currentColor" aria-hidden="true" /> Stop
            </CompareButton>
          )}
        </>
      }
    >
      <SamplingControls
        sampling={useCompareState((state) => state.sampling)}
        onSampling={useCompareState((state) => state.setSampling)}
        maxTokens={useCompareState((state) => state.maxTokens)}
        onMaxTokens={useCompareState((state) => state.setMaxTokens)}
        context={contexts.length > 0 ? Math.min(...contexts) : 1024}
        startOpen={false}
      >
        <Unrolled />
      </SamplingControls>
    </PromptForm>
  );
}

/** A flat model may write as many tokens a run as a block has, so that the rounds between page and model do not decide. */
function Unrolled() {
  const unrolled = useCompareState((state) => state.unrolled);
  const setUnrolled = useCompareState((state) => state.setUnrolled);
  return (
    <label className={styles.check} title="Off: one token a run. The texts are the same.">
      <input
        type="checkbox"
        checked={unrolled}
        onChange={(event) => setUnrolled(event.target.checked)}
      />
      Flat models write 4 tokens a run
    </label>
  );
}
