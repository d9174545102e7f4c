import { describe, expect, it } from 'vitest';
import { layoutAxis, paintAxis } from '@/lib/draw/axis';
import type { Context2D } from '@/lib/draw/shapes';
import { svgDrawing } from '@/lib/draw/svg-context';
import { recorded } from '../trace/synthetic';
import { axisAt } from './axis-sample';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const measure = (_: string, text: string) => text.length * 7;

async function svg(paint: (ctx: Context2D) => void): Promise<string> {
  const drawing = svgDrawing(200, 100, measure);
  paint(drawing.ctx);
  return drawing.finish({ title: 'T', description: 'D', imageUrl: async () => 'data:image/png,x' });
}

describe('an SVG drawing', () => {
  it('has size, title and description', async () => {
    const text = await svg(() => {});
    expect(text).toContain('width="200" height="100" viewBox="0 0 200 100"');
    expect(text).toContain('<title>T</title>\n<desc>D</desc>');
  });

  it('draws rectangles, lines, curves and arcs in the pen of their moment', async () => {
    const text = await svg((ctx) => {
      ctx.fillStyle = '#123456';
      ctx.fillRect(10, 20, -4, 5.126);
      ctx.strokeStyle = '#abcdef';
      ctx.lineWidth = 2;
      ctx.setLineDash([1, 5]);
      ctx.lineCap = 'round';
      ctx.beginPath();
      ctx.moveTo(0, 1);
      ctx.lineTo(2, 3);
      ctx.bezierCurveTo(1, 2, 3, 4, 5, 6);
      ctx.stroke();
      ctx.globalAlpha = 0.5;
      ctx.beginPath();
      ctx.arc(10, 10, 5, Math.PI, 0);
      ctx.fill();
    });
    expect(text).toContain('<rect x="6" y="20" width="4" height="5.13" fill="#123456"/>');
    expect(text).toContain(
      '<path d="M0 1L2 3C1 2 3 4 5 6" fill="none" stroke="#abcdef" stroke-width="2" stroke-linecap="round" stroke-dasharray="1 5"/>',
    );
    // The upper half of a circle: from its left over the top to its right.
    expect(text).toContain(
      '<path d="M5 10A5 5 0 0 1 10 5A5 5 0 0 1 15 10" fill="#123456" opacity="0.5"/>',
    );
  });

  it('keeps text as text, safe for XML', async () => {
    const text = await svg((ctx) => {
      ctx.font = '600 14px "Mono", monospace';
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillText('a<b & "c"\u0001', 1, 2);
      ctx.fillText('long', 1, 2, 21);
    });
    expect(text).toContain('>a&lt;b &amp; &quot;c&quot;\ufffd</text>');
    expect(text).toContain('font-family="&quot;Mono&quot;, monospace" font-size="14"');
    expect(text).toContain('font-weight="600" text-anchor="middle" dominant-baseline="central"');
    expect(text).toContain('textLength="21"');
  });

  it('restores the pen, and a clip inside a clip holds for both', async () => {
    const text = await svg((ctx) => {
      for (const x of [0, 5]) {
        ctx.save();
        ctx.beginPath();
        ctx.rect(x, 0, 10, 10);
        ctx.clip();
      }
      ctx.fillRect(0, 0, 50, 50);
      ctx.restore();
      ctx.restore();
      ctx.fillRect(1, 1, 1, 1);
    });
    expect(text).toContain('<clipPath id="clip1" clip-path="url(#clip0)">');
    expect(text).toContain('<g clip-path="url(#clip1)"><rect x="0" y="0" width="50"');
    expect(text).toContain('\n<rect x="1" y="1" width="1" height="1" fill="#000"/>');
  });

  it('moves and turns', async () => {
    const text = await svg((ctx) => {
      ctx.translate(3, 4);
      ctx.rotate(-Math.PI / 2);
      ctx.fillText('up', 0, 0);
    });
    expect(text).toContain('transform="translate(3 4) rotate(-90)"');
  });

  it('embeds an image only where one is drawn', async () => {
    const image = {} as CanvasImageSource;
    const text = await svg((ctx) => {
      ctx.imageSmoothingEnabled = false;
      ctx.drawImage(image, 1, 2, 3, 4);
    });
    expect(text).toContain('<image href="data:image/png,x" x="1" y="2" width="3" height="4"');
    expect(text).toContain('image-rendering:pixelated');
  });

  it('refuses what it does not know, rather than leaving it out', () => {
    const { ctx } = svgDrawing(1, 1, measure);
    expect(() => ctx.createLinearGradient(0, 0, 1, 1)).toThrow(/no createLinearGradient/);
    expect(() => {
      ctx.shadowBlur = 3;
    }).toThrow(/no shadowBlur/);
  });

  it('draws all that a canvas is asked for', async () => {
    const { trace } = recorded(3, 2);
    const geometry = layoutAxis(axisAt(trace, 18), { width: 900, height: 400 });
    const { ctx, drawn } = recordingContext();
    paintAxis(ctx, geometry, THEME);
    const text = await svg((to) => paintAxis(to, geometry, THEME));
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const calls = (...names: string[]) => drawn.filter(({ call }) => names.includes(call)).length;
    expect(count(/<text /g)).toBe(calls('fillText', 'strokeText'));
    expect(count(/<rect /g)).toBe(calls('fillRect', 'strokeRect'));
    expect(count(/<clipPath /g)).toBe(calls('clip'));
    const texts = drawn.filter(({ call }) => call === 'fillText').map(({ values }) => values[0]);
    for (const word of texts) expect(text).toContain(`>${word}</text>`);
  });
});
