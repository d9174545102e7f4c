import * as z from 'zod/mini';
import { placeOf } from '@/lib/model/layout';
import { sha256Schema } from '@/lib/model/manifest';
import { samplingSchema } from '@/lib/trace/header';
import { headChoice, headName, PANELS, type PanelName, type Shown } from './shown';
import type { ExportTable } from './tables';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const index = z.int().check(z.nonnegative());
const name = z.string().check(z.minLength(1));

/** What the page copies as JSON: where the numbers come from, and the numbers. */
export const exportSchema = z
  .object({
    format: z.literal('blockscope-export'),
    version: z.literal(1),
    panel: z.enum(PANELS),
    exported: z.iso.datetime(),
    model: z.object({
      id: name,
      weightsSha256: sha256Schema,
    }),
    prompt: z.string(),
    sampling: samplingSchema,
    backend: name,
    provenance: z.enum(['measured', 'recorded', 'synthetic']),
    /** When the run was made. */
    created: z.iso.datetime(),
    /** The token at the cursor: everything here is what chose it. */
    step: z.object({ token: index, block: index, slot: index, text: z.string() }),
    /** Whose attention it is; null where the panel shows none. */
    attention: z.nullable(
      z.object({
        decoder: z.enum(['block', 'token']),
        layer: z.union([index, z.literal('all')]),
        head: z.union([index, z.enum(['mean', 'max'])]),
        name: z.string(),
        /** What the view in force leaves out of the picture; its weights are marked `left_out`. */
        view: z.object({
          scale: z.enum(['linear', 'sqrt', 'log']),
          mass: z.number().check(z.gt(0), z.maximum(1)),
          hideFirst: z.boolean(),
        }),
      }),
    ),
    columns: z.array(z.object({ name, about: z.string() })).check(z.minLength(1)),
    rows: z.array(z.array(cell)),
  })
  .check(
    z.refine(
      ({ columns, rows }) => rows.every((row) => row.length === columns.length),
      'every row has a value for every column',
    ),
  );

export type ExportDocument = z.infer<typeof exportSchema>;

/** The numbers of a panel with where they come from; `exported` is the date of the copy. */
export function documentOf(
  panel: PanelName,
  shown: Shown,
  table: ExportTable,
  exported: Date,
): ExportDocument {
  const { trace, cursor, view } = shown;
  const { model, prompt, sampling, backend, provenance, created } = trace.header;
  const { block, slot } = placeOf(cursor, trace.dims);
  const heads = headChoice(panel, shown);
  return {
    format: 'blockscope-export',
    version: 1,
    panel,
    exported: exported.toISOString(),
    model: { id: model.id, weightsSha256: model.weightsSha256 },
    prompt,
    sampling: { ...sampling },
    backend,
    provenance,
    created,
    step: { token: cursor, block, slot, text: shown.text(trace.tokens[cursor] ?? 0) },
    attention: heads && {
      decoder: heads.decoder,
      layer: heads.choice.layer,
      head: heads.choice.head,
      name: headName(panel, shown) ?? '',
      view: { scale: view.scale, mass: view.mass, hideFirst: view.hideFirst },
    },
    columns: table.columns.map((column) => ({ ...column })),
    rows: table.rows,
  };
}

/** A document as text: one line a row, so that it stays readable. */
export function toJson({ rows, ...head }: ExportDocument): string {
  const opening = JSON.stringify(head, null, 2).replace(/\n}$/, '');
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `${opening},\n  "rows": [\n${lines}\n  ]\n}\n`;
}
