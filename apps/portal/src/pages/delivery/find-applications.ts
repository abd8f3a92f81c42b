import { type DeliveredApplication, sourcesOf } from '../../api/application.ts';
import type { Finding } from './finder.tsx';

/** Those that fit, what needs a look first, then by name. */
export function wantedApplications(
  applications: DeliveredApplication[],
  { text, troubled }: Finding,
): DeliveredApplication[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return applications
    .filter(each => (!troubled || isTroubled(each)) && words.every(word => wordsOf(each).includes(word)))
    .sort((a, b) => Number(isTroubled(b)) - Number(isTroubled(a)) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Whether somebody should look: it is not well, not as its source says, or says what is wrong. */
export function isTroubled({ status }: DeliveredApplication): boolean {
  const { health, sync, conditions = [] } = status ?? {};
  return health?.status !== 'Healthy' || sync?.status !== 'Synced' || conditions.length > 0;
}

function nameOf({ metadata }: DeliveredApplication): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function wordsOf(application: DeliveredApplication): string {
  const sources = sourcesOf(application).map(({ repoURL, path, chart }) => `${repoURL} ${path} ${chart}`);
  return `${nameOf(application)} ${sources.join(' ')}`.toLowerCase();
}
