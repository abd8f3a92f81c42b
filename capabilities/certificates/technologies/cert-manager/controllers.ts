import type { Key, KubeObject, Stored } from '@slipway/api';
import { Secret } from '@slipway/kinds';
import { type Context, type Controller, controller, type Watch, watching } from '@slipway/runtime';
import {
  ANNOTATIONS,
  Certificate,
  CertificateRequest,
  CLUSTER_NAMESPACE,
  ClusterIssuer,
  Issuer,
} from './cert-manager-kinds.ts';
import { reconcileCertificate } from './certificate/reconcile.ts';
import { reconcileRequest } from './certificate-request/reconcile.ts';
import type { IssuerWorld } from './issuer/issuers.ts';
import { reconcileIssuer } from './issuer/reconcile.ts';

type Caches = Pick<Context, 'cache'>;

/** Issuers say whether they can sign, requests get signed, Certificates keep their Secrets true. */
export function controllersOf(world: IssuerWorld): Controller[] {
  return [
    controller({
      name: 'issuer',
      kind: Issuer,
      watches: [watching({ kind: Secret, keysOf: issuersOfSecret })],
      reconcile: (issuer, context) => reconcileIssuer(issuer, context, { kind: Issuer, world }),
    }),
    controller({
      name: 'cluster-issuer',
      kind: ClusterIssuer,
      watches: [watching({ kind: Secret, keysOf: clusterIssuersOfSecret })],
      reconcile: (issuer, context) => reconcileIssuer(issuer, context, { kind: ClusterIssuer, world }),
    }),
    controller({
      name: 'certificate-request',
      kind: CertificateRequest,
      watches: [
        watching({ kind: Issuer, keysOf: waitingRequests('Issuer') }),
        watching({ kind: ClusterIssuer, keysOf: waitingRequests('ClusterIssuer') }),
      ],
      reconcile: (request, context) => reconcileRequest(request, context, world),
    }),
    controller({
      name: 'certificate',
      kind: Certificate,
      watches: [
        watching({ kind: CertificateRequest }),
        watching({ kind: Secret, keysOf: certificatesOfSecret }),
      ],
      reconcile: reconcileCertificate,
    }),
  ];
}

function keyOf({ metadata }: Stored<KubeObject>): Key {
  return metadata.namespace
    ? { namespace: metadata.namespace, name: metadata.name }
    : { name: metadata.name };
}

function issuersOfSecret({ metadata }: Stored<Secret>, { cache }: Caches): Key[] {
  const issuers = cache(Issuer).list({ namespace: metadata.namespace ?? '' });
  return issuers.filter(issuer => issuer.spec.ca?.secretName === metadata.name).map(keyOf);
}

function clusterIssuersOfSecret({ metadata }: Stored<Secret>, { cache }: Caches): Key[] {
  if (metadata.namespace !== CLUSTER_NAMESPACE) return [];
  const issuers = cache(ClusterIssuer).list();
  return issuers.filter(issuer => issuer.spec.ca?.secretName === metadata.name).map(keyOf);
}

function certificatesOfSecret({ metadata }: Stored<Secret>, { cache }: Caches): Key[] {
  const namespace = metadata.namespace ?? '';
  const named = metadata.annotations?.[ANNOTATIONS.certificateName];
  const owners = cache(Certificate)
    .list({ namespace })
    .filter(
      certificate => certificate.spec.secretName === metadata.name || certificate.metadata.name === named,
    );
  return owners.map(keyOf);
}

function waitingRequests(kind: string): NonNullable<Watch<Issuer>['keysOf']> {
  return ({ metadata }, { cache }) =>
    cache(CertificateRequest)
      .list(metadata.namespace ? { namespace: metadata.namespace } : {})
      .filter(
        ({ spec }) => (spec.issuerRef.kind ?? 'Issuer') === kind && spec.issuerRef.name === metadata.name,
      )
      .map(keyOf);
}
