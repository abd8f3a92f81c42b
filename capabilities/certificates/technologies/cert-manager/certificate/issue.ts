import { hasReason, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import type { SubjectNames } from '../../../contract.ts';
import { ANNOTATIONS, type Certificate, CertificateRequest, GROUP } from '../cert-manager-kinds.ts';
import { belongsTo, createRequest, readRequest } from '../certificate-request/csr.ts';
import { conditionOf, isTrue } from '../conditions.ts';
import { plainAddress, text } from './assess.ts';
import { isKeyAsAsked, newPrivateKey } from './private-key.ts';
import { namesOf, subjectOf, usagesOf } from './spec.ts';

/** What became of one attempt to issue. */
export type Issuance =
  | { state: 'waiting'; message: string }
  | { state: 'failed'; message: string }
  | { state: 'issued'; revision: number; secret: Stored<Secret>; request: Stored<CertificateRequest> };

const MANAGER = 'cert-manager-certificates';
const NEXT_KEY_LABEL = `${GROUP}/next-private-key`;

/**
 * Takes the next step of an issuance: a key, a request, the signed certificate into the Secret. Each step can be
 * repeated, so that a crash between them loses nothing.
 */
export async function issue(certificate: Stored<Certificate>, context: Context): Promise<Issuance> {
  const { client } = context;
  const key = await nextKey(certificate, client);
  const revision = (certificate.status?.revision ?? 0) + 1;
  const request = await requestFor(certificate, { key, revision, client });
  if (isTrue(request, 'Ready') && request.status?.certificate) {
    const secret = await writeSecret(certificate, { key, request, client });
    await forget(client, nextKeyOf(certificate));
    return { state: 'issued', revision, secret, request };
  }
  const ready = conditionOf(request, 'Ready');
  const isRefused = ready?.reason === 'Failed' || isTrue(request, 'Denied');
  if (!isRefused) return { state: 'waiting', message: ready?.message ?? 'the request waits for its issuer' };
  await client.delete(CertificateRequest, keyIn(certificate, request.metadata.name)).catch(ignoreMissing);
  return { state: 'failed', message: ready?.message ?? 'the request was denied' };
}

function keyIn(certificate: Stored<Certificate>, name: string): { namespace: string; name: string } {
  return { namespace: certificate.metadata.namespace ?? '', name };
}

function nextKeyOf(certificate: Stored<Certificate>): { namespace: string; name: string } {
  return keyIn(certificate, `${certificate.metadata.name}-next-key`);
}

/** The key of the certificate to come, kept in a Secret of its own until then. PEM text. */
async function nextKey(certificate: Stored<Certificate>, client: Client): Promise<string> {
  const { spec } = certificate;
  const kept = await client.find(Secret, nextKeyOf(certificate));
  if (kept && isKeyAsAsked(text(kept, 'tls.key'), spec.privateKey)) return text(kept, 'tls.key');
  if (kept) await forget(client, nextKeyOf(certificate));
  const present = await client.find(Secret, keyIn(certificate, spec.secretName));
  const mayStay =
    spec.privateKey?.rotationPolicy === 'Never' && isKeyAsAsked(text(present, 'tls.key'), spec.privateKey);
  const key = mayStay ? text(present, 'tls.key') : await newPrivateKey(spec.privateKey);
  await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...nextKeyOf(certificate),
      labels: { [NEXT_KEY_LABEL]: 'true' },
      ownerReferences: [ownerOf(certificate)],
    },
    data: { 'tls.key': base64(key) },
  });
  return key;
}

async function requestFor(
  certificate: Stored<Certificate>,
  { key, revision, client }: { key: string; revision: number; client: Client },
): Promise<Stored<CertificateRequest>> {
  const { spec } = certificate;
  const at = keyIn(certificate, `${certificate.metadata.name}-${revision}`);
  const present = await client.find(CertificateRequest, at);
  if (present && (await isRequestAsAsked(present, certificate, key))) return present;
  if (present) await client.delete(CertificateRequest, at).catch(ignoreMissing);
  const pem = await createRequest({ key, subject: subjectOf(spec), names: namesOf(spec) });
  return client.create(CertificateRequest, {
    apiVersion: `${GROUP}/v1`,
    kind: 'CertificateRequest',
    metadata: {
      ...at,
      annotations: {
        [ANNOTATIONS.certificateName]: certificate.metadata.name,
        [ANNOTATIONS.revision]: String(revision),
        [ANNOTATIONS.privateKeySecret]: nextKeyOf(certificate).name,
      },
      ownerReferences: [ownerOf(certificate)],
    },
    spec: {
      request: base64(pem),
      issuerRef: spec.issuerRef,
      usages: usagesOf(spec),
      ...(spec.duration ? { duration: spec.duration } : {}),
      ...(spec.isCA ? { isCA: true } : {}),
    },
  });
}

async function isRequestAsAsked(
  request: Stored<CertificateRequest>,
  { spec }: Stored<Certificate>,
  key: string,
): Promise<boolean> {
  const { publicKey, names, subject } = await readRequest(
    Buffer.from(request.spec.request, 'base64').toString('utf8'),
  );
  const wanted = [
    plainNames(namesOf(spec)),
    subjectOf(spec).CN ?? [],
    spec.issuerRef.name,
    spec.issuerRef.kind ?? 'Issuer',
    usagesOf(spec),
    spec.duration,
    spec.isCA ?? false,
  ];
  const { issuerRef, duration, isCA } = request.spec;
  const found = [
    plainNames(names),
    subject.CN ?? [],
    issuerRef.name,
    issuerRef.kind ?? 'Issuer',
    usagesOf(request.spec),
    duration,
    isCA ?? false,
  ];
  return belongsTo(key, publicKey) && JSON.stringify(wanted) === JSON.stringify(found);
}

function plainNames(names: SubjectNames): SubjectNames {
  return { ...names, ipAddresses: names.ipAddresses.map(plainAddress) };
}

/** Writes the Secret as cert-manager does; other people's labels and annotations stay. */
async function writeSecret(
  certificate: Stored<Certificate>,
  { key, request, client }: { key: string; request: Stored<CertificateRequest>; client: Client },
): Promise<Stored<Secret>> {
  const { spec } = certificate;
  const { dnsNames, ipAddresses, uris, emailAddresses } = namesOf(spec);
  const object: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...keyIn(certificate, spec.secretName),
      labels: { 'controller.cert-manager.io/fao': 'true', ...spec.secretTemplate?.labels },
      annotations: {
        ...spec.secretTemplate?.annotations,
        [ANNOTATIONS.altNames]: dnsNames.join(','),
        [ANNOTATIONS.certificateName]: certificate.metadata.name,
        [ANNOTATIONS.commonName]: spec.commonName ?? '',
        [ANNOTATIONS.ipSans]: ipAddresses.join(','),
        [ANNOTATIONS.uriSans]: uris.join(','),
        ...(emailAddresses.length > 0 ? { [ANNOTATIONS.emailSans]: emailAddresses.join(',') } : {}),
        [ANNOTATIONS.issuerGroup]: spec.issuerRef.group ?? '',
        [ANNOTATIONS.issuerKind]: spec.issuerRef.kind ?? 'Issuer',
        [ANNOTATIONS.issuerName]: spec.issuerRef.name,
      },
    },
    type: 'kubernetes.io/tls',
    data: {
      'tls.crt': request.status?.certificate ?? '',
      'tls.key': base64(key),
      ...(request.status?.ca ? { 'ca.crt': request.status.ca } : {}),
    },
  };
  return client.apply(Secret, object, { fieldManager: MANAGER, force: true });
}

async function forget(client: Client, key: { namespace: string; name: string }): Promise<void> {
  await client.delete(Secret, key).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!hasReason(error, 'NotFound')) throw error;
}

function ownerOf({ metadata }: Stored<Certificate>) {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'Certificate',
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64');
}
