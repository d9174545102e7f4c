'use client';

import { Circle, CircleCheck } from 'lucide-react';
import type { CommandId } from '@/lib/commands/commands';
import { keyOf, keyText } from '@/lib/commands/keys';
import type { Facts } from '@/lib/learn/facts';
import { CommandButton } from '../command-button';
import { useApp, useMoment, usePage } from '../page-context';
import styles from './learn.module.css';
import { useLesson, useLessonState } from './lesson-context';
import { MarkedText } from './marked-text';

/** The one thing to do on the picture, and what the reader has found by it. */
export function TaskCard({ facts }: { facts: Facts }) {
  const { id, task } = useLesson().chapter;
  const done = useLessonState((state) => state.done.includes(id));
  const found = useLessonState((state) => state.found[id]);
  return (
    <section className={styles.card} aria-labelledby="task" data-done={done || undefined}>
      <h3 id="task" className={styles.label}>
        {done ? (
          <CircleCheck size={15} aria-hidden="true" />
        ) : (
          <Circle size={15} aria-hidden="true" />
        )}
        {done ? 'Done' : 'Try it'}
      </h3>
      <p>
        <MarkedText text={task.text(facts)} />
      </p>
      {task.commands.length > 0 && (
        <div className={styles.tools}>
          {task.commands.map((command) => (
            <CommandButton key={command} id={command}>
              <CommandName id={command} />
            </CommandButton>
          ))}
        </div>
      )}
      <p role="status" className={styles.told}>
        {found ?? (done ? 'You did this on an earlier visit.' : '')}
      </p>
    </section>
  );
}

/** A command by its name, with its key. */
function CommandName({ id }: { id: CommandId }) {
  const { store, commands } = usePage();
  const command = commands[id];
  // A name may follow the cursor, or what plays.
  useMoment();
  const key = keyOf(
    command,
    useApp((state) => state.singleKeys),
  );
  return (
    <>
      {command.label(store.getState())}
      {/* By the style sheet, for it is no part of the button's name. */}
      {key !== null && <kbd data-key={keyText(key)} />}
    </>
  );
}
