import { type Key, keyOf, messageOf, type Stored, timestamp } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { type Context, done, type Outcome, terminal, waitingFor } from '@slipway/runtime';
import { ANNOTATIONS, CertificateRequest, ClusterIssuer, GROUP, Issuer } from '../cert-manager-kinds.ts';
import { text } from '../certificate/assess.ts';
import { durationMs, usagesOf } from '../certificate/spec.ts';
import { conditionOf, isTrue, setCondition, type Verdict } from '../conditions.ts';
import { type IssuerWorld, signAs } from '../issuer/issuers.ts';
import { readRequest } from './csr.ts';

/** Approves a request (whoever may create one is trusted, as cert-manager's own approver does) and has it signed. */
export async function reconcileRequest(
  request: Stored<CertificateRequest>,
  context: Context,
  world: IssuerWorld,
): Promise<Outcome> {
  const { issuerRef } = request.spec;
  if ((issuerRef.group ?? GROUP) !== GROUP) return done;
  const isOver = isTrue(request, 'Ready') || conditionOf(request, 'Ready')?.reason === 'Failed';
  if (isOver || isTrue(request, 'Denied')) return done;
  const kind = issuerRef.kind ?? 'Issuer';
  const issuer = await findIssuer(request, kind, context);
  if (!issuer || !isTrue(issuer, 'Ready')) {
    const message = issuer
      ? `Referenced ${kind} "${issuerRef.name}" does not have a Ready status condition`
      : `Referenced "${kind}" not found: ${kind.toLowerCase()}.cert-manager.io "${issuerRef.name}" not found`;
    await write(request, context, [{ type: 'Ready', status: 'False', reason: 'Pending', message }]);
    return waitingFor('Pending', message);
  }
  try {
    const pem = Buffer.from(request.spec.request, 'base64').toString('utf8');
    const content = await readRequest(pem);
    const signed = await signAs(
      issuer,
      {
        content,
        usages: usagesOf(request.spec),
        isCA: request.spec.isCA ?? false,
        ttlMs: durationMs(request.spec) ?? 0,
        requesterKey: await requesterKey(request, context),
      },
      world,
    );
    const ready: Verdict = {
      type: 'Ready',
      status: 'True',
      reason: 'Issued',
      message: 'Certificate fetched from issuer successfully',
    };
    await write(request, context, [ready], signed);
    return done;
  } catch (error) {
    const message = `The CSR PEM cannot be signed: ${messageOf(error)}`;
    await write(request, context, [{ type: 'Ready', status: 'False', reason: 'Failed', message }]);
    return terminal('Failed', message);
  }
}

function findIssuer(
  request: Stored<CertificateRequest>,
  kind: string,
  { cache }: Context,
): Stored<Issuer> | undefined {
  const { name } = request.spec.issuerRef;
  if (kind === 'ClusterIssuer') return cache(ClusterIssuer).get({ name });
  const namespace = request.metadata.namespace ?? '';
  return kind === 'Issuer' ? cache(Issuer).get({ namespace, name }) : undefined;
}

async function requesterKey(
  request: Stored<CertificateRequest>,
  { client }: Context,
): Promise<string | undefined> {
  const name = request.metadata.annotations?.[ANNOTATIONS.privateKeySecret];
  if (!name) return undefined;
  const key: Key = { namespace: request.metadata.namespace ?? '', name };
  const secret = await client.find(Secret, key);
  return secret ? text(secret, 'tls.key') : undefined;
}

async function write(
  request: Stored<CertificateRequest>,
  { client, clock }: Context,
  verdicts: Verdict[],
  signed?: { certificate: string; ca: string },
): Promise<void> {
  const now = timestamp(clock.now());
  const approved: Verdict = {
    type: 'Approved',
    status: 'True',
    reason: 'cert-manager.io',
    message: 'Certificate request has been approved by cert-manager.io',
  };
  await updateStatus(client, CertificateRequest, keyOf(request), draft => {
    let conditions = draft.status?.conditions;
    for (const verdict of [approved, ...verdicts]) conditions = setCondition(conditions, verdict, { now });
    const isFailed = verdicts.some(verdict => verdict.reason === 'Failed');
    draft.status = {
      ...draft.status,
      ...(conditions ? { conditions } : {}),
      ...(isFailed ? { failureTime: now } : {}),
      ...(signed ? { certificate: base64(signed.certificate), ca: base64(signed.ca) } : {}),
    };
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
