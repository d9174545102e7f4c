import { isPart, type Part } from './parts';

/** A stretch of a text: plain, stressed, a word that stands for a part of the picture, or a link to another page. */
export type Piece =
  | { kind: 'plain' | 'stressed'; text: string }
  | { kind: 'part'; text: string; part: Part }
  | { kind: 'link'; text: string; href: string };

const MARK = /\*([^*]+)\*|\[([^\]]+)\]\(([^)]+)\)/g;

/**
 * Reads the marks of a chapter's text: `*stressed*`, `[word](part)`, `[page](./address)`.
 *
 * @throws RangeError for a mark whose part does not exist
 */
export function piecesOf(marked: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const plain = (to: number) => {
    if (to > at) pieces.push({ kind: 'plain', text: marked.slice(at, to) });
  };
  for (const match of marked.matchAll(MARK)) {
    plain(match.index);
    const [whole, stressed, text = '', target = ''] = match;
    if (stressed !== undefined) pieces.push({ kind: 'stressed', text: stressed });
    else if (target.startsWith('./')) pieces.push({ kind: 'link', text, href: target });
    else if (isPart(target)) pieces.push({ kind: 'part', text, part: target });
    else throw new RangeError(`“${target}” is no part of the picture`);
    at = match.index + whole.length;
  }
  plain(marked.length);
  return pieces;
}

/** A text as it is read, without its marks. */
export function plainText(marked: string): string {
  return piecesOf(marked)
    .map(({ text }) => text)
    .join('');
}

/** Words of a text as people count them: what stands between spaces and has a letter or a digit. */
export function wordCount(marked: string): number {
  return plainText(marked)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
