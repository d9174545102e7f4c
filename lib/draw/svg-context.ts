import type { Context2D } from './shapes';

/** What of a canvas context's state shows in a picture. */
interface Pen {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineCap: string;
  lineJoin: string;
  globalAlpha: number;
  font: string;
  textAlign: string;
  textBaseline: string;
  imageSmoothingEnabled: boolean;
  textRendering: string;
  dash: readonly number[];
  transform: string;
  clip: string | null;
}

const FIRST_PEN: Pen = {
  fillStyle: '#000',
  strokeStyle: '#000',
  lineWidth: 1,
  lineCap: 'butt',
  lineJoin: 'miter',
  globalAlpha: 1,
  font: '12px sans-serif',
  textAlign: 'left',
  textBaseline: 'alphabetic',
  imageSmoothingEnabled: true,
  textRendering: 'auto',
  dash: [],
  transform: '',
  clip: null,
};

const ANCHORS: Record<string, string> = { left: 'start', center: 'middle', right: 'end' };

/** Width of a text in a CSS font, in pixels: an SVG's own text cannot be measured without a page. */
export type Measure = (font: string, text: string) => number;

/** An SVG that a paint function draws into: vectors and text, and an image only where the painting itself draws one. */
export interface SvgDrawing {
  /** The part of a canvas context that the drawings use; anything else throws. */
  ctx: Context2D;
  /** The finished file; `imageUrl` turns each drawn image into a data address. */
  finish(options: {
    title: string;
    description: string;
    imageUrl?: (image: CanvasImageSource) => Promise<string>;
  }): Promise<string>;
}

/** An empty SVG of `width` × `height` pixels. */
export function svgDrawing(width: number, height: number, measure: Measure): SvgDrawing {
  const marks: string[] = [];
  const clips: string[] = [];
  const images: CanvasImageSource[] = [];
  const stack: Pen[] = [];
  let path = '';
  let pen: Pen = { ...FIRST_PEN };

  const mark = (name: string, attributes: string, body = '') => {
    const alpha = pen.globalAlpha < 1 ? ` opacity="${n(pen.globalAlpha)}"` : '';
    const moved = pen.transform === '' ? '' : ` transform="${pen.transform}"`;
    const one = `<${name} ${attributes}${alpha}${moved}${body === '' ? '/>' : `>${body}</${name}>`}`;
    marks.push(pen.clip === null ? one : `<g clip-path="url(#${pen.clip})">${one}</g>`);
  };
  const filled = () => `fill="${escaped(pen.fillStyle)}"`;
  const stroked = () => {
    const { strokeStyle, lineWidth, lineCap, lineJoin, dash } = pen;
    const attributes = [`fill="none" stroke="${escaped(strokeStyle)}"`];
    if (lineWidth !== 1) attributes.push(`stroke-width="${n(lineWidth)}"`);
    if (lineCap !== 'butt') attributes.push(`stroke-linecap="${lineCap}"`);
    if (lineJoin !== 'miter') attributes.push(`stroke-linejoin="${lineJoin}"`);
    if (dash.length > 0) attributes.push(`stroke-dasharray="${dash.map(n).join(' ')}"`);
    return attributes.join(' ');
  };
  const rect = (x: number, y: number, w: number, h: number, paint: string) => {
    // A canvas takes negative sides, an SVG does not.
    const at = `x="${n(Math.min(x, x + w))}" y="${n(Math.min(y, y + h))}"`;
    mark('rect', `${at} width="${n(Math.abs(w))}" height="${n(Math.abs(h))}" ${paint}`);
  };
  const text = (paint: () => string) => (value: string, x: number, y: number, room?: number) => {
    const { weight, size, family } = fontOf(pen.font);
    const attributes = [
      `x="${n(x)}" y="${n(y)}" ${paint()} font-family="${escaped(family)}" font-size="${n(size)}"`,
    ];
    if (weight !== '400') attributes.push(`font-weight="${weight}"`);
    if (pen.textAlign !== 'left') attributes.push(`text-anchor="${ANCHORS[pen.textAlign]}"`);
    if (pen.textBaseline === 'middle') attributes.push('dominant-baseline="central"');
    if (room !== undefined && measure(pen.font, value) > room) {
      attributes.push(`textLength="${n(room)}" lengthAdjust="spacingAndGlyphs"`);
    }
    mark('text', attributes.join(' '), escaped(value));
  };
  const moved = (transform: string) => {
    pen.transform = pen.transform === '' ? transform : `${pen.transform} ${transform}`;
  };

  const calls = {
    save: () => {
      stack.push({ ...pen });
    },
    restore: () => {
      pen = stack.pop() ?? pen;
    },
    beginPath: () => {
      path = '';
    },
    closePath: () => {
      path += 'z';
    },
    moveTo: (x: number, y: number) => {
      path += `M${n(x)} ${n(y)}`;
    },
    lineTo: (x: number, y: number) => {
      path += `${path === '' ? 'M' : 'L'}${n(x)} ${n(y)}`;
    },
    bezierCurveTo: (...at: number[]) => {
      path += `C${at.map(n).join(' ')}`;
    },
    quadraticCurveTo: (...at: number[]) => {
      path += `Q${at.map(n).join(' ')}`;
    },
    rect: (x: number, y: number, w: number, h: number) => {
      path += `M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}z`;
    },
    arc: (x: number, y: number, r: number, from: number, to: number) => {
      const sweep = to >= from ? to - from : to - from + 2 * Math.PI;
      const point = (angle: number) =>
        `${n(x + r * Math.cos(angle))} ${n(y + r * Math.sin(angle))}`;
      path += `${path === '' ? 'M' : 'L'}${point(from)}`;
      // An arc command cannot end where it starts, so it goes in two halves.
      for (const part of [0.5, 1]) path += `A${n(r)} ${n(r)} 0 0 1 ${point(from + sweep * part)}`;
      if (sweep >= 2 * Math.PI) path += 'z';
    },
    clip: () => {
      const id = `clip${clips.length}`;
      // A clip inside a clip holds for both.
      const inside = pen.clip === null ? '' : ` clip-path="url(#${pen.clip})"`;
      const at = pen.transform === '' ? '' : ` transform="${pen.transform}"`;
      clips.push(`<clipPath id="${id}"${inside}><path d="${path}"${at}/></clipPath>`);
      pen.clip = id;
    },
    fill: () => {
      if (path !== '') mark('path', `d="${path}" ${filled()}`);
    },
    stroke: () => {
      if (path !== '') mark('path', `d="${path}" ${stroked()}`);
    },
    fillRect: (x: number, y: number, w: number, h: number) => rect(x, y, w, h, filled()),
    strokeRect: (x: number, y: number, w: number, h: number) => rect(x, y, w, h, stroked()),
    fillText: text(filled),
    strokeText: text(stroked),
    measureText: (value: string) => ({ width: measure(pen.font, value) }),
    setLineDash: (dash: readonly number[]) => {
      pen.dash = [...dash];
    },
    rotate: (angle: number) => moved(`rotate(${n((angle * 180) / Math.PI)})`),
    translate: (x: number, y: number) => moved(`translate(${n(x)} ${n(y)})`),
    scale: (x: number, y: number) => moved(`scale(${n(x)} ${n(y)})`),
    drawImage: (image: CanvasImageSource, x: number, y: number, w: number, h: number) => {
      const sharp = pen.imageSmoothingEnabled ? '' : ' style="image-rendering:pixelated"';
      const at = `x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"`;
      mark(
        'image',
        `href="${placeholder(images.length)}" ${at} preserveAspectRatio="none"${sharp}`,
      );
      images.push(image);
    },
  };
  const ctx = new Proxy(calls as Record<string, unknown>, {
    get: (known, name: string) => {
      if (name in known) return known[name];
      if (name in pen) return pen[name as keyof Pen];
      throw new Error(`an SVG drawing knows no ${name}`);
    },
    set: (_, name: string, value) => {
      if (!(name in FIRST_PEN)) throw new Error(`an SVG drawing knows no ${name}`);
      pen = { ...pen, [name]: value };
      return true;
    },
  }) as unknown as Context2D;

  return {
    ctx,
    finish: async ({ title, description, imageUrl }) => {
      let body = marks.join('\n');
      for (const [i, image] of images.entries()) {
        if (!imageUrl)
          throw new Error('this drawing holds an image, and nothing turns it into an address');
        body = body.replace(placeholder(i), await imageUrl(image));
      }
      return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" role="img">`,
        `<title>${escaped(title)}</title>`,
        `<desc>${escaped(description)}</desc>`,
        ...(clips.length > 0 ? [`<defs>${clips.join('')}</defs>`] : []),
        // Spaces in tokens count.
        `<g xml:space="preserve" style="white-space:pre">`,
        body,
        '</g>',
        '</svg>\n',
      ].join('\n');
    },
  };
}

function placeholder(index: number): string {
  return `image:${index};`;
}

/** A number as short as the eye can tell. */
function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Weight, size and family of a CSS font such as `600 12px "Inter", sans-serif`. */
function fontOf(font: string): { weight: string; size: number; family: string } {
  const [, weight, size, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(font) ?? [];
  return { weight: weight ?? '400', size: Number(size ?? 12), family: family ?? 'sans-serif' };
}

/** Text for XML; control characters, which XML cannot hold, become the replacement character. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
