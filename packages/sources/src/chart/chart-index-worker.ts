// Reads the indexes of large chart repositories beside the main thread: they have megabytes.
import { type ChartIndex, parseIndex } from './chart-index.ts';

export function parseIndexTask({ text, repoURL }: { text: string; repoURL: string }): ChartIndex {
  return parseIndex(text, repoURL);
}
