import * as z from 'zod/mini';
import { PANELS } from '@/lib/export/shown';
import { STATIONS } from '@/lib/store/station-slice';
import type { ShownView } from './view';
import '@/lib/model/schema-words';

const upTo = (limit: number) => z.int().check(z.minimum(0), z.maximum(limit));
/** Beyond any model that this page could run; what fits the run on the screen is found when a view is shown. */
const token = upTo(1_000_000);
const layer = upTo(1000);
const head = upTo(1000);
const mapName = z.enum(['global', 'local']);
const combined = z.enum(['mean', 'max']);

const headSchema = z.union([
  z.strictObject({ layer, head: z.union([head, combined]) }),
  z.strictObject({ layer: z.literal('all'), head: combined }),
]);

/** A view from a link, a file or the browser's storage: every number bounded, nothing beside what is known. */
export const viewSchema: z.ZodMiniType<ShownView> = z.strictObject({
  cursor: token,
  global: headSchema,
  local: headSchema,
  mapView: z.strictObject({
    scale: z.enum(['linear', 'sqrt', 'log']),
    mass: z.number().check(z.minimum(0), z.maximum(1)),
    hideFirst: z.boolean(),
    whole: z.boolean(),
  }),
  cell: z.nullable(z.strictObject({ map: mapName, row: token, column: token })),
  station: z.nullable(z.enum([...STATIONS, 'cache'])),
  arithmetic: z.nullable(z.strictObject({ map: mapName, layer, head, row: token, column: token })),
  fullPanel: z.nullable(z.enum(PANELS)),
  axis: z.strictObject({
    zoom: z.enum(['recent', 'whole', 'chosen']),
    from: z.number().check(z.minimum(0), z.maximum(1_000_000)),
    span: z.number().check(z.minimum(1), z.maximum(1_000_000)),
  }),
});
