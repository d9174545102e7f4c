import * as z from 'zod/mini';
import { type Bookmark, CONTROLS, LONGEST_NAME, MOST_BOOKMARKS } from './bookmarks';
import { viewSchema } from './view-schema';
import '@/lib/model/schema-words';

const nameSchema = z.string().check(
  z.maxLength(LONGEST_NAME),
  z.refine((name) => name.trim() !== '' && name.replace(CONTROLS, '') === name, {
    error: 'must be one line of text',
  }),
);

const bookmarkSchema: z.ZodMiniType<Bookmark> = z.strictObject({
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits')),
  name: nameSchema,
  run: z.string().check(z.regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits')),
  view: viewSchema,
});

/** Bookmarks from a file or the browser's storage, in their order. */
export const bookmarksSchema: z.ZodMiniType<Bookmark[]> = z.array(bookmarkSchema).check(
  z.maxLength(MOST_BOOKMARKS),
  z.refine((list) => new Set(list.map(({ id }) => id)).size === list.length, {
    error: 'must not hold one id twice',
  }),
);
