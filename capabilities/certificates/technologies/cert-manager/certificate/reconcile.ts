import { type Key, keyOf, type Stored, timestamp } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { type Context, done, type Outcome, terminal, waitingFor } from '@slipway/runtime';
import { Certificate, CertificateRequest } from '../cert-manager-kinds.ts';
import { isTrue, setCondition, type Verdict } from '../conditions.ts';
import { type Assessment, assess } from './assess.ts';
import { type Issuance, issue } from './issue.ts';
import { problemOf } from './spec.ts';

const HOUR_MS = 3600 * 1000;
/** Timers do not reach further than 24 days; looking once a day costs nothing. */
const LONGEST_WAIT_MS = 24 * HOUR_MS;
const LONGEST_BACKOFF_MS = 32 * HOUR_MS;

/** Keeps a Certificate's Secret as it should be: issues, renews, and says how things stand. */
export async function reconcileCertificate(
  certificate: Stored<Certificate>,
  context: Context,
): Promise<Outcome> {
  const unsupported = problemOf(certificate.spec);
  if (unsupported) {
    const verdict: Verdict = { type: 'Ready', status: 'False', reason: 'InvalidSpec', message: unsupported };
    await write(certificate, context, { verdicts: [verdict] });
    return terminal('InvalidSpec', unsupported);
  }
  const now = context.clock.now();
  const assessment = assess({ certificate, now, ...(await presentOf(certificate, context)) });
  const wanted = whyIssue(assessment);
  if (!wanted && !isTrue(certificate, 'Issuing')) {
    await write(certificate, context, { assessment, verdicts: [readiness(assessment)] });
    return waitForRenewal(assessment, now);
  }
  const backoffMs = backoff(certificate, now);
  if (backoffMs > 0) {
    await write(certificate, context, { assessment, verdicts: [readiness(assessment)] });
    return waitingFor('Failed', 'the last attempt failed; the next one follows later', backoffMs);
  }
  if (!isTrue(certificate, 'Issuing') && wanted) {
    context.event(certificate, 'Normal', 'Issuing', wanted.message);
    const issuing: Verdict = { type: 'Issuing', status: 'True', ...wanted };
    await write(certificate, context, { assessment, verdicts: [readiness(assessment), issuing] });
  }
  const issuance = await issue(certificate, context);
  return settle(certificate, context, issuance);
}

async function presentOf(certificate: Stored<Certificate>, { client, cache }: Context) {
  const namespace = certificate.metadata.namespace ?? '';
  const revision = certificate.status?.revision;
  const name = `${certificate.metadata.name}-${revision}`;
  return {
    // Read anew: what another process did to the Secret counts at once.
    secret: await client.find(Secret, { namespace, name: certificate.spec.secretName }),
    request: revision === undefined ? undefined : cache(CertificateRequest).get({ namespace, name }),
  };
}

function whyIssue({ problem, isDue, times }: Assessment): { reason: string; message: string } | undefined {
  if (problem) return problem;
  if (!isDue || !times) return undefined;
  const message = `Renewing certificate as renewal was scheduled at ${timestamp(times.renewal)}`;
  return { reason: 'Renewing', message };
}

function readiness({ problem }: Assessment): Verdict {
  return problem
    ? { type: 'Ready', status: 'False', ...problem }
    : {
        type: 'Ready',
        status: 'True',
        reason: 'Ready',
        message: 'Certificate is up to date and has not expired',
      };
}

function waitForRenewal({ times }: Assessment, now: number): Outcome {
  if (!times) return done;
  const message = `renewal is scheduled at ${timestamp(times.renewal)}`;
  return waitingFor(
    'RenewalScheduled',
    message,
    Math.min(LONGEST_WAIT_MS, Math.max(1000, times.renewal - now)),
  );
}

/** One hour after the first failure, doubling (cert-manager's). */
function backoff({ status }: Stored<Certificate>, now: number): number {
  if (!status?.lastFailureTime) return 0;
  const attempts = status.failedIssuanceAttempts ?? 1;
  const wait = Math.min(LONGEST_BACKOFF_MS, HOUR_MS * 2 ** (attempts - 1));
  return Math.min(LONGEST_WAIT_MS, Date.parse(status.lastFailureTime) + wait - now);
}

async function settle(
  certificate: Stored<Certificate>,
  context: Context,
  issuance: Issuance,
): Promise<Outcome> {
  if (issuance.state === 'waiting') return waitingFor('Issuing', issuance.message);
  if (issuance.state === 'failed') return fail(certificate, context, issuance.message);
  const message = 'The certificate has been successfully issued';
  const updated = { ...certificate, status: { ...certificate.status, revision: issuance.revision } };
  const now = context.clock.now();
  const assessment = assess({
    certificate: updated,
    now,
    secret: issuance.secret,
    request: issuance.request,
  });
  // What was just issued is not what was asked for: trying again at once would go on for ever.
  if (assessment.problem) return fail(certificate, context, assessment.problem.message, issuance.revision);
  context.event(certificate, 'Normal', 'Issuing', message);
  const issued: Verdict = { type: 'Issuing', status: 'False', reason: 'Issued', message };
  await write(certificate, context, {
    assessment,
    revision: issuance.revision,
    verdicts: [readiness(assessment), issued],
  });
  return waitForRenewal(assessment, now);
}

async function fail(
  certificate: Stored<Certificate>,
  context: Context,
  cause: string,
  revision?: number,
): Promise<Outcome> {
  const message = `The certificate request has failed to complete and will be retried: ${cause}`;
  context.event(certificate, 'Warning', 'Failed', message);
  const verdict: Verdict = { type: 'Issuing', status: 'False', reason: 'Failed', message };
  await write(certificate, context, {
    failed: true,
    verdicts: [verdict],
    ...(revision === undefined ? {} : { revision }),
  });
  return waitingFor('Failed', message, HOUR_MS);
}

async function write(
  certificate: Stored<Certificate>,
  { client, clock }: Context,
  change: { verdicts: Verdict[]; assessment?: Assessment; revision?: number; failed?: boolean },
): Promise<void> {
  const now = timestamp(clock.now());
  const key: Key = keyOf(certificate);
  await updateStatus(client, Certificate, key, draft => {
    let conditions = draft.status?.conditions;
    for (const verdict of change.verdicts) {
      conditions = setCondition(conditions, verdict, { now, generation: draft.metadata.generation });
    }
    const { times } = change.assessment ?? {};
    const { lastFailureTime, failedIssuanceAttempts, ...kept } = draft.status ?? {};
    const failures = change.failed
      ? { lastFailureTime: now, failedIssuanceAttempts: (failedIssuanceAttempts ?? 0) + 1 }
      : change.revision === undefined && lastFailureTime
        ? { lastFailureTime, failedIssuanceAttempts: failedIssuanceAttempts ?? 1 }
        : {};
    draft.status = {
      ...kept,
      ...failures,
      ...(conditions ? { conditions } : {}),
      ...(change.revision === undefined ? {} : { revision: change.revision }),
      ...(times
        ? {
            notBefore: timestamp(times.notBefore),
            notAfter: timestamp(times.notAfter),
            renewalTime: timestamp(times.renewal),
          }
        : {}),
    };
  });
}
