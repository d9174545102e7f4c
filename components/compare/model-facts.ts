import { COMPARED_MODELS } from '@/lib/compare/models';
import { KEPT_GRAPHS } from '@/lib/engine/kept-types';
import type { Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';

/** What the choosers know of models before they are loaded: their manifests, each fetched once. */
export class ModelFacts {
  private readonly known = new Map<string, Promise<Manifest | null>>();

  /** `base`: absolute URL of the folder of models, with a slash at its end. */
  constructor(private readonly base: string) {}

  /** The manifest of a model; null where it cannot be had, which the lane that loads it will say. */
  manifest(model: string): Promise<Manifest | null> {
    let manifest = this.known.get(model);
    if (!manifest) {
      manifest = this.fetch(model);
      this.known.set(model, manifest);
    }
    return manifest;
  }

  /**
   * Whether two models cut a text into the same tokens; only then their texts can be compared token by token. True where either
   * is not known: loading says what is wrong.
   */
  async comparable(a: string, b: string): Promise<boolean> {
    const [first, second] = await Promise.all([this.manifest(a), this.manifest(b)]);
    return !first || !second || first.tokenizer.sha256 === second.tokenizer.sha256;
  }

  /** A model of the catalog that can be compared with `model`, of the other architecture if there is one; null for none. */
  async partnerOf(model: string): Promise<string | null> {
    const own = await this.manifest(model);
    if (!own) return null;
    const others = COMPARED_MODELS.filter((id) => id !== model);
    const manifests = await Promise.all(others.map((id) => this.manifest(id)));
    const fitting = manifests.filter(
      (other) => other !== null && other.tokenizer.sha256 === own.tokenizer.sha256,
    );
    const rival = fitting.find((other) => other?.architecture !== own.architecture);
    return (rival ?? fitting[0])?.id ?? null;
  }

  /** Whether a model can run with another cache than its full one. True where it is not known: loading says what is wrong. */
  async canChangeCache(model: string): Promise<boolean> {
    const manifest = await this.manifest(model);
    return !manifest || canChangeCache(manifest);
  }

  private async fetch(model: string): Promise<Manifest | null> {
    try {
      const response = await fetch(new URL(`${model}/manifest.json`, this.base));
      return response.ok ? parseManifest(await response.text()) : null;
    } catch {
      return null;
    }
  }
}

/** Whether a model can run with another cache than its full one: a flat one with the graphs for it. */
export function canChangeCache({ architecture, graphs }: Manifest): boolean {
  return architecture === 'flat' && KEPT_GRAPHS.every((name) => name in graphs);
}
