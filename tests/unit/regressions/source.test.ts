import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Where the page's numbers and texts come from. */
const ROOMS = ['app', 'components', 'lib'];

/** Files that may use chance, with the reason. The noise of sampling is none: it is a hash of seed and position. */
const CHANCE_ALLOWED: Record<string, string> = {
  'lib/trace/new-header.ts': 'the id of a run',
};

/** The one script of the page's own that has to run before anything is painted. */
const RAW_HTML_ALLOWED: Record<string, string> = {
  'app/layout.tsx': 'the theme that was chosen before; a constant',
};

const files = ROOMS.flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.posix.join(room, name.replaceAll(path.sep, '/'))),
);

/** The files in which a pattern occurs. */
function filesWith(pattern: RegExp): string[] {
  return files.filter((file) => pattern.test(readFileSync(file, 'utf8')));
}

test('no number that is drawn comes from chance', () => {
  // A search that finds nothing anywhere would prove nothing.
  expect(files.length).toBeGreaterThan(100);
  expect(filesWith(/Math\.max/).length).toBeGreaterThan(10);
  const chance =
    /Math\s*\.\s*random|\.random\(|getRandomValues|randomUUID|d3-random|random(Uniform|Normal)/;
  expect('x = Math.random() * 2').toMatch(chance);
  expect(filesWith(chance)).toEqual(Object.keys(CHANCE_ALLOWED));
});

test('no text of a model or reader becomes HTML', () => {
  const html =
    /dangerouslySetInnerHTML|\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment/;
  expect('element.innerHTML = text').toMatch(html);
  expect(filesWith(html)).toEqual(Object.keys(RAW_HTML_ALLOWED));
});

test('memory lent to the browser for a download is given back', () => {
  for (const file of filesWith(/createObjectURL/))
    expect(readFileSync(file, 'utf8'), file).toContain('revokeObjectURL');
});
