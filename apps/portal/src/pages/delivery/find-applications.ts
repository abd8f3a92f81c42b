import { type DeliveredApplication, sourcesOf } from '../../api/application.ts';

/** What a person looks for among applications. */
export interface ApplicationFilter {
  text: string;
  /** Only what is neither well nor as its source says. */
  troubled: boolean;
}

/** Those that fit, what needs a look first, then by name. */
export function wantedApplications(
  applications: DeliveredApplication[],
  { text, troubled }: ApplicationFilter,
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
