// What it takes to have each tool here, from package registries alone.
import { readFileSync } from 'node:fs';

/** A Go module, built here: what its own go.mod says holds. */
export interface GoRecipe {
  from: 'go';
  /** Path and version of the module that holds the program, as the module proxy knows it. */
  module: string;
  version: string;
  /** Folder of its main package, below the module's root. */
  package: string;
  ldflags?: string;
  /** Needs a C compiler. */
  cgo?: boolean;
  tags?: string[];
  /**
   * Modules whose `replace` names a folder that the published module leaves out: the published ones are used, in the
   * version that go.mod requires or that stands here after an `@`.
   */
  published?: string[];
  /** Files that are compiled in place of the module's, or beside them, by path below its root. */
  instead?: Record<string, string>;
  /** Files and folders of the module that the program wants at run time, by path below its root. */
  keep?: string[];
}

/** A zip in Maven Central, unpacked; its one top folder is dropped. */
export interface MavenRecipe {
  from: 'maven';
  /** `group:artifact`. */
  artifact: string;
  version: string;
  /** Commands run in the unpacked folder, each as an argument array. */
  prepare?: string[][];
}

/** Packages of Debian or Ubuntu, unpacked side by side and not installed; their libraries lie in `usr/lib`. */
export interface DebianRecipe {
  from: 'debian';
  packages: string[];
  /** Only a name for the folder: the distribution decides. */
  version: string;
}

export type Recipe = GoRecipe | MavenRecipe | DebianRecipe;

/** External Secrets brings some forty clouds' client libraries; tests need these. */
const FEW_PROVIDERS = ['fake', 'kubernetes', 'vault', 'webhook'];

const externalSecrets = 'github.com/external-secrets/external-secrets';

/** Tools by name. The newest of each that can be built with Go 1.26 and is in its registry as a whole. */
export const recipes: Record<string, Recipe> = {
  keycloak: {
    from: 'maven',
    artifact: 'org.keycloak:keycloak-quarkus-dist',
    version: '26.7.3',
    // Augmented once for all tests: a start of it takes a third of what `start-dev` takes.
    prepare: [['bin/kc.sh', 'build', '--db=dev-file', '--cache=local', '--health-enabled=true']],
  },
  gitea: {
    from: 'go',
    module: 'code.gitea.io/gitea',
    version: 'v1.26.4',
    package: '.',
    cgo: true,
    tags: ['sqlite', 'sqlite_unlock_notify'],
    keep: ['templates', 'options', 'public'],
    ldflags: '-X main.Version=1.26.4',
  },
  'external-secrets': {
    from: 'go',
    module: externalSecrets,
    // From 1.0 on it is made of modules that are in its repository only.
    version: 'v0.20.4',
    package: '.',
    keep: ['config/crds/bases'],
    instead: {
      'pkg/provider/register/register.go': [
        'package register',
        'import (',
        ...FEW_PROVIDERS.map(name => `\t_ "${externalSecrets}/pkg/provider/${name}"`),
        ')',
        '',
      ].join('\n'),
    },
  },
  'source-controller': {
    from: 'go',
    module: 'github.com/fluxcd/source-controller',
    version: 'v1.9.0',
    package: '.',
    published: ['github.com/fluxcd/source-controller/api'],
    keep: ['config/crd/bases'],
  },
  'kustomize-controller': {
    from: 'go',
    module: 'github.com/fluxcd/kustomize-controller',
    // Of Flux 2.9, as the source-controller above.
    version: 'v1.9.5',
    package: '.',
    published: ['github.com/fluxcd/kustomize-controller/api'],
    keep: ['config/crd/bases'],
  },
  'cert-manager': {
    from: 'go',
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    package: './cert-manager',
    keep: ['deploy/crds'],
    instead: { 'cert-manager/main.go': program('cert-manager') },
  },
  vault: {
    from: 'go',
    module: 'github.com/hashicorp/vault',
    version: 'v1.21.4',
    package: './slipway',
    published: ['api', 'api/auth/approle', 'api/auth/kubernetes', 'api/auth/userpass', 'sdk@v0.20.0'].map(
      name => `github.com/hashicorp/vault/${name}`,
    ),
    instead: { 'slipway/main.go': program('vault') },
  },
  'argo-cd': {
    from: 'go',
    module: 'github.com/argoproj/argo-cd/v3',
    // From 3.3 on a module of it is in its repository only.
    version: 'v3.2.11',
    package: './cmd',
    ldflags: '-X github.com/argoproj/argo-cd/v3/common.version=3.2.11',
    keep: ['manifests/crds'],
    instead: { 'ui/dist/app/index.html': '<!doctype html>\n' },
  },
  redis: {
    from: 'debian',
    version: 'distribution',
    packages: [
      'redis-server',
      'redis-tools',
      'libhiredis0.14',
      'libjemalloc2',
      'liblua5.1-0',
      'liblzf1',
      'lua-bitop',
      'lua-cjson',
    ],
  },
  prometheus: {
    from: 'go',
    module: 'github.com/prometheus/prometheus',
    version: 'v0.315.0',
    package: './cmd/prometheus',
    // Of the places to find targets in, tests need this one.
    tags: ['remove_all_sd', 'enable_kubernetes_sd'],
    ldflags: '-X github.com/prometheus/common/version.Version=3.15.0',
  },
};

/** A main package of ours, for a module that is published without its own. */
function program(name: string): string {
  return readFileSync(new URL(`programs/${name}.go`, import.meta.url), 'utf8');
}
