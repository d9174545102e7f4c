import type { Dims } from '@/lib/model/manifest';
import type { Station } from '@/lib/store/station-slice';

/** What happens at a station, in two sentences, and where the paper says it. */
export interface StationWords {
  text: string;
  paper: string;
}

/** The words of a station for a model of these dimensions. */
export function stationWords(station: Station, dims: Dims): StationWords {
  const { blockLength, width, vocabulary, prefixLength, blockLayers, tokenLayers, heads } = dims;
  const part = width / blockLength;
  const words: Record<Station, StationWords> = {
    block: {
      text:
        `The embedder looks each of the block’s ${blockLength} tokens up in a table of ` +
        `${vocabulary.toLocaleString('en')} rows of ${part} numbers and joins the ${blockLength} ` +
        `rows in order. The one vector of ${width} numbers that results is all that the block ` +
        'decoder reads of this block.',
      paper: 'paper, section 2.1',
    },
    global: {
      text:
        `Each of the block decoder’s ${blockLayers} layers has ${heads} heads, and in each head the ` +
        'newest complete block looks back over all blocks up to itself: one row of weights that ' +
        'sum to one. What it gathers becomes the context embedding, from which the next block is written.',
      paper: 'paper, section 2.2',
    },
    context: {
      text:
        `The context embedding is the block decoder’s output: ${width} numbers that carry everything ` +
        'the next block may know of the text before it. One linear map makes ' +
        `${prefixLength} prefixes of ${width} numbers from it, which stand in front of the block in the token decoder.`,
      paper: 'paper, section 2.3',
    },
    local: {
      text:
        `Each of the token decoder’s ${tokenLayers} layers has ${heads} heads that look only at the ` +
        `${prefixLength} prefixes and at the earlier slots of the block: nothing outside is visible. ` +
        'Its KV cache holds at most ' +
        `${prefixLength + blockLength - 1} positions and is dropped when the block is complete.`,
      paper: 'paper, sections 2.3 and 2.4',
    },
    next: {
      text:
        'The token decoder’s last position gives a number for each of the ' +
        `${vocabulary.toLocaleString('en')} entries of the vocabulary; softmax turns them into ` +
        'probabilities. Temperature, top-k and top-p decide which of them take part, and one is drawn.',
      paper: 'paper, section 2.3',
    },
    cache: {
      text:
        `Each block leaves one key and one value in each of the block decoder’s ${blockLayers} layers; ` +
        'they are kept, so that no earlier block is computed again. A flat transformer leaves one of ' +
        `each for every token, in all of its layers: ${blockLength} times the slots, and more layers that hold them.`,
      paper: 'paper, section 2.4',
    },
  };
  return words[station];
}
