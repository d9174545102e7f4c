import { method, type Shape } from './types';

/** Grouped-query attention (Ainslie et al., arXiv 2305.13245): heads of a group share one key and one value. */
export const groupedQuery = method({
  id: 'grouped-query',
  name: 'Grouped-query attention',
  papers: [
    {
      title: 'GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints',
      authors: 'Ainslie et al.',
      year: 2023,
      arXiv: '2305.13245',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    groups: { label: 'Groups', unit: 'groups', min: 1, max: 32, default: 4 },
  },
  assumption: null,
  keeps: 'Every past position, with one view of it for each group of heads.',
  loses: 'What tells the heads of one group apart in their keys and values.',
  onTrained: {
    how: 'fine-tuning',
    note: 'The mean of each group’s heads, then 5 % of the training steps once more. Without these it is converted, not trained.',
  },
  label: 'same mask, thinner cells',
  sources: [
    {
      of: 'stored',
      origin: 'paper',
      where: 'Tensor Product Attention, table 1: 2 · groups · head width a token and layer',
    },
    { of: 'read', origin: 'derived', where: 'all that is stored' },
    { of: 'on a trained model', origin: 'quoted', where: 'section 3.1' },
  ],
  marks: { exact: 'one key and value for each group of heads' },
  panels: ({ n, shape, params: { groups } }) => [
    {
      id: 'all',
      name: 'Every layer and head',
      axis: 'tokens',
      size: n,
      mark: (i, j) => (j <= i ? 'exact' : 'none'),
      thickness: groupsOf(shape, groups) / shape.heads,
      entryNumbers: () => 2 * shape.layers * groupsOf(shape, groups) * shape.headWidth,
      rows: 'query',
      causal: true,
    },
  ],
  stored: (n, shape, { groups }) => grouped(n, shape, groups),
  read: (n, shape, { groups }) => grouped(n, shape, groups),
});

/** A group has at least one head. */
function groupsOf({ heads }: Shape, groups: number): number {
  return Math.min(groups, heads);
}

function grouped(n: number, shape: Shape, groups: number) {
  const numbers = 2 * shape.layers * groupsOf(shape, groups) * shape.headWidth * n;
  return [{ name: 'one key and value a group and layer', numbers }];
}
