import { ExplorePage } from './explore-page';

export default function Home() {
  return <ExplorePage />;
}
