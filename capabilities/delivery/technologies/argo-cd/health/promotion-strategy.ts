import type { AnyObject } from '@slipway/api';
import type { Health } from './types.ts';
import { progressing } from './waiting.ts';

interface CommitReport {
  key?: string;
  phase?: string;
}

interface Commit {
  dry?: { sha?: string };
  note?: { drySha?: string };
  commitStatuses?: CommitReport[];
}

interface PromotedEnvironment {
  branch: string;
  active?: Commit;
  proposed?: Commit;
}

/** GitOps Promoter's PromotionStrategy that is ready: how far its environments are. */
export function promotionStrategy(object: AnyObject): Health {
  const { environments = [] } = object.status as { environments?: PromotedEnvironment[] };
  const [first] = environments;
  if (!first) return { status: 'Degraded', message: 'Promotion strategy has no environments configured' };
  const incomplete = environments.flatMap(missingCommit)[0];
  if (incomplete) return progressing(incomplete);
  if (environments.some(each => proposedSha(each) !== proposedSha(first)))
    return progressing(
      'Not all environments have the same proposed commit SHA. This likely means the hydrator has not run for all environments yet.',
    );
  const moving = environments.find(each => each.proposed?.dry?.sha !== each.active?.dry?.sha);
  if (moving) return progressing(inProgress(moving));
  return { status: 'Healthy', message: upToDate(environments, first) };
}

function missingCommit(environment: PromotedEnvironment): string[] {
  const { branch, active } = environment;
  const missing = (which: string) => [
    `The ${which} commit DRY SHA is missing or empty in environment '${branch}'.`,
  ];
  if (!active?.dry?.sha) return missing('active');
  return proposedSha(environment) ? [] : missing('proposed');
}

/** What the hydrator noted counts before the commit's own. */
function proposedSha({ proposed }: PromotedEnvironment): string | undefined {
  return proposed?.note?.drySha || proposed?.dry?.sha || undefined;
}

function inProgress(environment: PromotedEnvironment): string {
  const { branch, active, proposed } = environment;
  const reports = proposed?.commitStatuses ?? [];
  const keys = (phase: string) => reports.filter(each => each.phase === phase).map(each => each.key);
  const [pending, successful, failed] = [keys('pending'), keys('success'), keys('failure')];
  return [
    `Promotion in progress for environment '${branch}' from '${short(active?.dry?.sha)}' to '${short(proposed?.dry?.sha)}': `,
    `${pending.length} pending, ${successful.length} successful, ${failed.length} failed. `,
    pending.length > 0 ? `Pending commit statuses: ${pending.join(', ')}. ` : '',
    failed.length > 0 ? `Failed commit statuses: ${failed.join(', ')}. ` : '',
    `Hydrator has processed dry commit '${short(proposedSha(environment))}'. `,
  ].join('');
}

function upToDate(environments: PromotedEnvironment[], first: PromotedEnvironment): string {
  const troubled = environments.flatMap(({ branch, active }) => {
    const count = (phase: string) =>
      (active?.commitStatuses ?? []).filter(each => each.phase === phase).length;
    const [failed, pending] = [count('failure'), count('pending')];
    return failed + pending > 0 ? [`${branch} (${failed} failed, ${pending} pending)`] : [];
  });
  if (troubled.length > 0)
    return `Environments are up-to-date, but some environments have non-successful commit statuses: ${troubled.join(', ')}.`;
  return `All environments are up-to-date on commit '${short(first.active?.dry?.sha)}'. Hydrator has processed dry commit '${short(proposedSha(first))}'.`;
}

function short(sha = ''): string {
  return sha.slice(0, 7);
}
