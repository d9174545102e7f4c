import type { Metadata } from 'next';
import { Lab } from '@/components/lab/lab';

export const metadata: Metadata = {
  title: 'Lab · Blockscope',
  description:
    'What a Block Transformer saves and when: a calculator of cache, reads and work, and other ways to shrink the cache.',
};

export default function LabPage() {
  return <Lab />;
}
