import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import { promotionStrategy } from './promotion-strategy.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

/** What GitOps Promoter's kinds are called in what is said of them. */
interface Words {
  /** `Initializing …` */
  start: string;
  /** `… spec update to be observed` */
  spec: string;
  failed: string;
  /** Before ` (reason): message`. */
  notReady: string;
  /** Absent: an unknown readiness is no matter. */
  unknown?: string;
  missing: string;
}

/** Whatever its controller says of `Ready`; where that is True, `then` has the word. */
function promoted(words: Words, then: HealthRule): HealthRule {
  return object => {
    if (!object.status) return progressing(`Initializing ${words.start}`);
    const ready = conditionsOf(object)?.find(each => each.type === 'Ready');
    if (!ready) return progressing(words.missing);
    const { observedGeneration, status, message, reason = 'Unknown' } = ready;
    const { generation } = object.metadata;
    if (observedGeneration && generation && observedGeneration !== generation)
      return progressing(`Waiting for ${words.spec} spec update to be observed`);
    const said = message ?? 'Unknown error';
    if (status === 'False' && reason === 'ReconciliationError')
      return { status: 'Degraded', message: `${words.failed}: ${said}` };
    if (status === 'False') return { status: 'Degraded', message: `${words.notReady} (${reason}): ${said}` };
    if (status === 'Unknown' && words.unknown)
      return progressing(`${words.unknown} (${reason}): ${message ?? 'Unknown'}`);
    return then(object);
  };
}

interface GateWords {
  kind: string;
  start: string;
  /** Its name in what is said of its readiness, and of its branches. */
  name: string;
  unknown: string;
  branches: string;
  passed: string;
}

/** A gate that every environment's branch has to pass. */
function gate({ kind, start, name, unknown, branches, passed }: GateWords): HealthRule {
  const words: Words = {
    start,
    spec: kind,
    failed: `${name} failed`,
    notReady: `${name} not ready`,
    unknown,
    missing: `${kind} Ready condition is missing`,
  };
  return promoted(words, object => {
    const { environments = [] } = object.status as { environments?: { branch?: string; phase?: string }[] };
    if (environments.length === 0) return { status: 'Healthy', message: `${name} reconciled` };
    const of = (isMeant: (phase: string) => boolean) =>
      environments.filter(each => isMeant(each.phase ?? 'pending')).map(each => each.branch ?? '?');
    const failed = of(phase => phase === 'failure');
    const pending = of(phase => phase !== 'failure' && phase !== 'success');
    if (failed.length > 0)
      return { status: 'Degraded', message: `${branches} failed for branch(es): ${failed.join(', ')}` };
    if (pending.length > 0) return progressing(`${branches} pending for branch(es): ${pending.join(', ')}`);
    return { status: 'Healthy', message: `${branches} ${passed} for ${environments.length} environment(s)` };
  });
}

function commitStatus(object: AnyObject): Health {
  const { sha, phase } = object.status as { sha?: string; phase?: string };
  if (!sha || !phase) return { status: 'Healthy', message: 'Commit status is healthy' };
  return { status: 'Healthy', message: `Commit status for commit ${sha} reports ${phase}` };
}

export const PROMOTER: Record<string, HealthRule> = {
  'promoter.argoproj.io/CommitStatus': promoted(
    {
      start: 'commit status',
      spec: 'commit status',
      failed: 'Commit status reconciliation failed',
      notReady: 'Commit status reconciliation failed',
      missing: 'Commit status is not ready yet',
    },
    commitStatus,
  ),
  'promoter.argoproj.io/ScmProvider': promoted(
    {
      start: 'SCM provider',
      spec: 'ScmProvider',
      failed: 'SCM provider validation failed',
      notReady: 'SCM provider not ready',
      unknown: 'SCM provider readiness unknown',
      missing: 'ScmProvider Ready condition is missing',
    },
    () => ({ status: 'Healthy', message: 'SCM provider is ready' }),
  ),
  'promoter.argoproj.io/PromotionStrategy': promoted(
    {
      start: 'promotion strategy',
      spec: 'promotion strategy',
      failed: 'Promotion strategy reconciliation failed',
      notReady: 'Promotion strategy reconciliation failed',
      missing: 'Promotion strategy is not ready yet',
    },
    promotionStrategy,
  ),
  'promoter.argoproj.io/TimedCommitStatus': gate({
    kind: 'TimedCommitStatus',
    start: 'timed commit gate',
    name: 'Timed commit gate',
    unknown: 'Timed commit gate status unknown',
    branches: 'Timed commit gate',
    passed: 'satisfied',
  }),
  'promoter.argoproj.io/WebRequestCommitStatus': gate({
    kind: 'WebRequestCommitStatus',
    start: 'web request commit validation',
    name: 'Web request commit validation',
    unknown: 'Web request commit validation unknown',
    branches: 'Web request validation',
    passed: 'passed',
  }),
  'promoter.argoproj.io/GitCommitStatus': gate({
    kind: 'GitCommitStatus',
    start: 'git commit validation',
    name: 'Git commit validation',
    unknown: 'Git commit validation status unknown',
    branches: 'Git commit validation',
    passed: 'passed',
  }),
};
