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
