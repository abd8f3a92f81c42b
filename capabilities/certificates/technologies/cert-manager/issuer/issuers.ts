import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Clock, Random, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { newSerial } from '../../../authority/authority.ts';
import { signCertificate } from '../../../authority/x509.ts';
import type { Authority } from '../../../contract.ts';
import { CLUSTER_NAMESPACE, type Issuer, LOCAL_SECRET } from '../cert-manager-kinds.ts';
import { text } from '../certificate/assess.ts';
import { belongsTo, type RequestContent } from '../certificate-request/csr.ts';

const BACKDATE_MS = 5 * 60 * 1000;

export interface SigningOptions {
  content: RequestContent;
  usages: string[];
  isCA: boolean;
  ttlMs: number;
  /** PEM of the requester's private key, which only self-signing needs. */
  requesterKey?: string | undefined;
}

/** PEM text. */
export interface Signed {
  certificate: string;
  ca: string;
}

export interface IssuerWorld {
  authority: Authority;
  client: Client;
  clock: Clock;
  random: Random;
}

/** What is wrong with an issuer; undefined: it can sign. */
export async function issuerProblem(
  issuer: Stored<Issuer>,
  world: IssuerWorld,
): Promise<{ reason: string; message: string } | undefined> {
  const { selfSigned, ca, ...others } = issuer.spec;
  const other = Object.keys(others)[0];
  if (other)
    return { reason: 'NotSupported', message: `spec.${other}: not supported; selfSigned and ca are` };
  const lists = [
    ...Object.keys(selfSigned ?? {}),
    ...Object.keys(ca ?? {}).filter(field => field !== 'secretName'),
  ];
  if (lists[0])
    return { reason: 'NotSupported', message: `spec.${ca ? 'ca' : 'selfSigned'}.${lists[0]}: not supported` };
  if (!selfSigned && !ca)
    return { reason: 'NotSupported', message: 'spec: names no issuer; selfSigned and ca are supported' };
  if (!ca || isLocal(issuer)) return undefined;
  const pair = await readPair(issuer, world.client);
  if ('message' in pair) return { reason: 'ErrGetKeyPair', message: pair.message };
  return undefined;
}

/** Signs a request as this issuer. */
export async function signAs(
  issuer: Stored<Issuer>,
  options: SigningOptions,
  world: IssuerWorld,
): Promise<Signed> {
  const { content, usages, isCA, ttlMs, requesterKey } = options;
  const { authority, clock, random } = world;
  const request = { ...content, usages, isAuthority: isCA };
  if (isLocal(issuer)) {
    return { certificate: await authority.sign({ ...request, ttlMs }), ca: authority.caPem };
  }
  const notBefore = clock.now() - BACKDATE_MS;
  const template = { ...request, notBefore, notAfter: clock.now() + ttlMs, serial: newSerial(random) };
  if (issuer.spec.selfSigned) {
    if (!requesterKey || !belongsTo(requesterKey, content.publicKey)) {
      throw new Error(
        'a self-signed certificate needs the private key, in the Secret that the annotation cert-manager.io/private-key-secret-name names',
      );
    }
    const certificate = await signCertificate(template, { key: requesterKey });
    return { certificate, ca: certificate };
  }
  const pair = await readPair(issuer, world.client);
  if ('message' in pair) throw new Error(pair.message);
  const end = Date.parse(new X509Certificate(pair.certificate).validTo);
  const limited = { ...template, notAfter: Math.min(template.notAfter, end) };
  const leaf = await signCertificate(limited, pair);
  // What is between the leaf and the root goes with the leaf; the root goes apart.
  const isRoot = isSelfSigned(pair.certificate);
  return { certificate: isRoot ? leaf : `${leaf}${pair.chain}`, ca: pair.root };
}

/** The platform's own authority: its key is in no Secret. */
function isLocal(issuer: Stored<Issuer>): boolean {
  return issuer.kind === 'ClusterIssuer' && issuer.spec.ca?.secretName === LOCAL_SECRET;
}

async function readPair(
  issuer: Stored<Issuer>,
  client: Client,
): Promise<{ certificate: string; key: string; chain: string; root: string } | { message: string }> {
  const namespace = issuer.metadata.namespace ?? CLUSTER_NAMESPACE;
  const name = issuer.spec.ca?.secretName ?? '';
  const secret = await client.find(Secret, { namespace, name });
  if (!secret)
    return { message: `Error getting keypair for CA issuer: secret "${namespace}/${name}" not found` };
  const chain = text(secret, 'tls.crt');
  const key = text(secret, 'tls.key');
  try {
    const certificate = new X509Certificate(chain);
    if (!certificate.checkPrivateKey(createPrivateKey(key)))
      throw new Error('certificate and key do not belong together');
    if (!certificate.ca) throw new Error('the certificate is not a CA');
    const all = chain.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g) ?? [];
    const last = all.at(-1) ?? chain;
    const root = text(secret, 'ca.crt') || (isSelfSigned(last) ? last : chain);
    const between = all.filter(pem => !isSelfSigned(pem)).join('');
    return { certificate: all[0] ?? chain, key, chain: between, root };
  } catch (error) {
    return {
      message: `Error getting keypair for CA issuer: secret "${namespace}/${name}": ${(error as Error).message}`,
    };
  }
}

function isSelfSigned(pem: string): boolean {
  const certificate = new X509Certificate(pem);
  return certificate.checkIssued(certificate);
}
