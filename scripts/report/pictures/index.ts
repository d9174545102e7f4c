import type { Report } from '../build';
import { lengthPicture } from './lengths';
import { lossPicture } from './loss';
import { prefixPicture, sinkPicture } from './maps';
import { positionPicture } from './positions';
import { slotPicture } from './slots';

/** The pictures that a report has numbers for, by file name without ending. */
export function drawPictures(report: Report): ReadonlyMap<string, string> {
  const drawn: [string, string | null][] = [
    ['loss', lossPicture(report)],
    ['slots', slotPicture(report)],
    ['positions', positionPicture(report)],
    ['lengths', lengthPicture(report)],
    ...report.inside.flatMap((inside): [string, string][] => [
      [`sink-${inside.model}`, sinkPicture(inside)],
      [`prefixes-${inside.model}`, prefixPicture(inside)],
    ]),
  ];
  return new Map(drawn.filter((entry): entry is [string, string] => entry[1] !== null));
}
