// SLSA provenance, version 1 (https://slsa.dev/spec/v1.1/provenance).
import { digestSet } from './statement.ts';

/** What a Build asks for and what the builder does; ARCHITECTURE.md says what its parameters mean. */
export const BUILD_TYPE = 'https://slipway.dev/build/v1';
export const BUILDER_ID = 'https://slipway.dev/builder/v1';

export interface Resource {
  uri?: string;
  digest?: Record<string, string>;
  name?: string;
  annotations?: Record<string, string>;
}

export interface Provenance {
  buildDefinition: {
    buildType: string;
    externalParameters: Record<string, unknown>;
    internalParameters: Record<string, unknown>;
    resolvedDependencies: Resource[];
  };
  runDetails: {
    builder: { id: string; version: Record<string, string> };
    metadata: { invocationId: string; startedOn: string; finishedOn: string };
    byproducts: Resource[];
  };
}

export interface ProvenanceFacts {
  /** The Build's own wish, as it stands in its spec. */
  spec: { source: { git: { url: string; revision: string }; path?: string } } & Record<string, unknown>;
  /** The commit that was fetched. */
  commit: string;
  build: { namespace: string; name: string; uid: string };
  /** Who created the Build, as the API knows them. */
  requestedBy?: string;
  /** Run whose step created it; it is the Build's owner. */
  workflow?: { name: string; uid: string };
  recipe: string;
  bases: { name: string; digest: string; isStandIn: boolean }[];
  sbom: { digest: string };
  version: string;
  startedOn: string;
  finishedOn: string;
}

/** What went in, who asked, what came out besides the image. Times are RFC 3339. */
export function provenanceOf(facts: ProvenanceFacts): Provenance {
  const { spec, commit, build } = facts;
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: { ...spec, ...(facts.workflow ? { workflow: facts.workflow } : {}) },
      internalParameters: {
        build,
        recipe: facts.recipe,
        ...(facts.requestedBy ? { requestedBy: facts.requestedBy } : {}),
      },
      resolvedDependencies: [
        { uri: `git+${spec.source.git.url}@${commit}`, digest: { gitCommit: commit } },
        ...facts.bases.map(({ name, digest, isStandIn }) => ({
          uri: `oci://${name}`,
          digest: digestSet(digest),
          ...(isStandIn ? { annotations: { 'dev.slipway.base': 'host' } } : {}),
        })),
      ],
    },
    runDetails: {
      builder: { id: BUILDER_ID, version: { slipway: facts.version } },
      metadata: {
        invocationId: `${build.namespace}/${build.name}/${build.uid}`,
        startedOn: facts.startedOn,
        finishedOn: facts.finishedOn,
      },
      byproducts: [{ name: 'sbom', digest: digestSet(facts.sbom.digest) }],
    },
  };
}
