import type { Condition, Kind, KubeObject } from '@slipway/api';
import { anything, definitionOf, mapOf, object, text } from '../custom-resource.ts';

/** Source revision → image digest. Immutable once started; artifacts alone writes status. */
export interface Build extends KubeObject {
  spec: {
    source: { git: { url: string; revision: string }; path?: string };
    /** Where the image goes, without tag: `registry.slipway.internal/<team>/<service>`. */
    image: string;
    tag?: string;
    dockerfile?: string;
    target?: string;
    buildArgs?: Record<string, string>;
  };
  status?: {
    phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
    message?: string;
    /** `registry.slipway.internal/<team>/<service>@sha256:…` */
    image?: string;
    digest?: string;
    /** How the image was made: `dockerfile` or `node`. */
    recipe?: string;
    /** The bill of materials that hangs on the image: digest of its manifest, npm packages it names. */
    sbom?: { digest: string; packages: number };
    /** The signature that hangs on the image: digest of its manifest, and the SigningKey it was made with. */
    signature?: { digest: string; key: string };
    /** SLSA provenance that hangs on the image: digest of its manifest. */
    provenance?: { digest: string };
    /** The commit that was built, when `source.git.revision` resolved to one. */
    commit?: string;
    startedAt?: string;
    finishedAt?: string;
    /** The last lines; the whole log is at `log`. */
    tail?: string;
    log?: string;
    conditions?: Condition[];
  };
}
export const Build: Kind<Build> = {
  group: 'artifacts.slipway.dev',
  version: 'v1alpha1',
  kind: 'Build',
  plural: 'builds',
  namespaced: true,
};
export const buildDefinition = definitionOf(Build, {
  spec: object(
    {
      source: object({ git: object({ url: text, revision: text }, ['url', 'revision']), path: text }, [
        'git',
      ]),
      image: text,
      tag: text,
      dockerfile: text,
      target: text,
      buildArgs: mapOf(text),
    },
    ['source', 'image'],
  ),
  status: {
    type: 'object',
    properties: { phase: text, message: text, image: text, digest: text, conditions: anything },
    'x-kubernetes-preserve-unknown-fields': true,
  },
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Image', type: 'string', jsonPath: '.status.image' },
  ],
});

/**
 * A key that signs this platform's images. The newest one signs; all of them verify, so a new object is a rotation and a
 * deleted one a revocation. The private half is derived from the platform's own key and is in no object.
 */
export interface SigningKey extends KubeObject {
  spec?: { description?: string };
  status?: {
    /** Base64 of the SHA-256 of the public key in DER: the hint of Sigstore's bundles. */
    keyId?: string;
    /** PEM, as `cosign verify --key` takes it. */
    publicKey?: string;
    conditions?: Condition[];
  };
}
export const SigningKey: Kind<SigningKey> = {
  group: 'artifacts.slipway.dev',
  version: 'v1alpha1',
  kind: 'SigningKey',
  plural: 'signingkeys',
  namespaced: false,
};
export const signingKeyDefinition = definitionOf(SigningKey, {
  spec: object({ description: text }),
  columns: [{ name: 'Key', type: 'string', jsonPath: '.status.keyId' }],
});
