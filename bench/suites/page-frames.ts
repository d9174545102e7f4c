import type { App } from '../app/app';
import { pause } from '../app/reader';
import { type FrameResult, frameResult } from '../lib/page';
import { COMPARE, EXPLORE, LAB, openStage, type Stage } from './scenes';

type Missing = (row: string, cause: unknown) => void;

/**
 * What a frame costs while runs of 1,008 tokens are written, played and scrubbed in Explore and in Compare, and dials are turned
 * in the Lab. A scene that fails is told to `missing`; after it the page is opened afresh.
 */
export async function measureFrames(
  app: App,
  progress: (line: string) => void,
  missing: Missing,
): Promise<FrameResult[]> {
  const results = [
    ...(await measureStage(app, EXPLORE, progress, missing)),
    ...(await measureStage(app, COMPARE, progress, missing)),
  ];
  for (const stage of LAB) results.push(...(await measureStage(app, stage, progress, missing)));
  return results;
}

async function measureStage<R>(
  app: App,
  stage: Stage<R>,
  progress: (line: string) => void,
  missing: Missing,
): Promise<FrameResult[]> {
  const results: FrameResult[] = [];
  let opened: Awaited<ReturnType<typeof openStage<R>>> | null = null;
  for (const scene of stage.scenes) {
    progress(`The page: ${scene.row}`);
    try {
      opened ??= await openStage(app, stage, scene === stage.scenes[0]);
      const { page, reader } = opened;
      await scene.prepare(reader);
      // What the preparation set off has come to rest.
      await pause(500);
      const events = await app.record(page, () => scene.act(reader));
      await scene.after?.(reader);
      results.push(frameResult(scene.row, scene.judged, events));
    } catch (cause) {
      missing(`the page, ${scene.row}`, cause);
      await opened?.page.context().close();
      opened = null;
    }
  }
  await opened?.page.context().close();
  return results;
}
