/** A token's label as it is drawn: the space mark is a raised dot, which every monospace face has. */
export function drawnLabel(label: string): string {
  return label.replaceAll('␣', '·');
}
