import { ROOMS, type RoomId } from './rooms';
import styles from './rooms.module.css';

/** Links to all pages; the one that is open is marked. */
export function RoomsNav({ room }: { room: RoomId }) {
  return (
    <nav className={styles.nav} aria-label="Pages">
      {ROOMS.map(({ id, name, href }) => (
        <a key={id} href={href} aria-current={id === room ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}
