import type { Metadata } from 'next';
import { ComparePage } from './compare-page';

export const metadata: Metadata = {
  title: 'Compare · Blockscope',
  description:
    'A Block Transformer and a flat transformer write from one prompt, side by side: text, attention, KV cache, work and time.',
};

export default function Page() {
  return <ComparePage />;
}
