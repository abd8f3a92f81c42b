import { CAPABILITIES as artifacts } from '@slipway/artifacts';
import { ociRegistry } from '@slipway/artifacts/technologies/oci-registry';
import { CAPABILITIES as catalog } from '@slipway/catalog';
import { slipwayPortal } from '@slipway/catalog/technologies/slipway-portal';
import { CAPABILITIES as certificates } from '@slipway/certificates';
import { certManager } from '@slipway/certificates/technologies/cert-manager';
import { CAPABILITIES as compute } from '@slipway/compute';
import { kubernetes } from '@slipway/compute/technologies/kubernetes';
import type { Catalogue } from '@slipway/definition';
import { CAPABILITIES as delivery } from '@slipway/delivery';
import { argoCd } from '@slipway/delivery/technologies/argo-cd';
import { CAPABILITIES as identity } from '@slipway/identity';
import { keycloak } from '@slipway/identity/technologies/keycloak';
import { CAPABILITIES as network } from '@slipway/network';
import { gatewayApi } from '@slipway/network/technologies/gateway-api';
import { CAPABILITIES as source } from '@slipway/source';
import { gitea } from '@slipway/source/technologies/gitea';
import { CAPABILITIES as workflows } from '@slipway/workflows';
import { argoWorkflows } from '@slipway/workflows/technologies/argo-workflows';

/** The one list of what a platform can be made of. */
export function catalogue(): Catalogue {
  return {
    capabilities: [
      ...compute,
      ...certificates,
      ...identity,
      ...network,
      ...source,
      ...artifacts,
      ...workflows,
      ...delivery,
      ...catalog,
    ],
    technologies: [
      kubernetes,
      certManager,
      keycloak,
      gatewayApi,
      gitea,
      ociRegistry,
      argoWorkflows,
      argoCd,
      slipwayPortal,
    ],
  };
}
