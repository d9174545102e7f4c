import { deflateSync, inflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { eventually } from './reader';

/** For pages that copy and are asked what they copied. */
export const CLIPBOARD = {
  before: (page: Page) => page.context().grantPermissions(['clipboard-read', 'clipboard-write']),
};

/** What `act` copies. */
export async function copiedBy(page: Page, act: () => Promise<unknown>): Promise<string> {
  await page.bringToFront();
  const read = () => page.evaluate(() => navigator.clipboard.readText());
  await page.evaluate(() => navigator.clipboard.writeText('before'));
  await act();
  await eventually(read).not.toBe('before');
  return read();
}

/** An entry of the menu "Share", by mouse. */
export async function share(page: Page, entry: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

/** The fragment of a link. */
export const fragmentOf = (link: string) => new URL(link).hash;

/** A link's fragment with its JSON changed. */
export function forged(fragment: string, change: Record<string, unknown>): string {
  const packed = Buffer.from(fragment.slice('#run='.length), 'base64url');
  const json = { ...JSON.parse(inflateSync(packed).toString()), ...change };
  return `#run=${deflateSync(JSON.stringify(json)).toString('base64url')}`;
}
