import { type Kind, keyOf, type Stored, timestamp } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { type Context, done, type Outcome, terminal, waitingFor } from '@slipway/runtime';
import type { Issuer } from '../cert-manager-kinds.ts';
import { setCondition } from '../conditions.ts';
import { type IssuerWorld, issuerProblem } from './issuers.ts';

/** Says whether an issuer can sign, in cert-manager's words. */
export async function reconcileIssuer(
  issuer: Stored<Issuer>,
  context: Context,
  { kind, world }: { kind: Kind<Issuer>; world: IssuerWorld },
): Promise<Outcome> {
  const problem = await issuerProblem(issuer, world);
  const ready = issuer.spec.selfSigned
    ? { reason: 'IsReady', message: '' }
    : { reason: 'KeyPairVerified', message: 'Signing CA verified' };
  await updateStatus(context.client, kind, keyOf(issuer), draft => {
    const now = timestamp(context.clock.now());
    const verdict = problem
      ? { type: 'Ready', status: 'False' as const, ...problem }
      : { type: 'Ready', status: 'True' as const, ...ready };
    draft.status = {
      ...draft.status,
      conditions: setCondition(draft.status?.conditions, verdict, {
        now,
        generation: draft.metadata.generation,
      }),
    };
  });
  if (!problem) return done;
  if (problem.reason === 'NotSupported') return terminal(problem.reason, problem.message);
  return waitingFor(problem.reason, problem.message);
}
