import { capabilities as artifacts } from '@slipway/artifacts';
import { ociRegistry } from '@slipway/artifacts/technologies/oci-registry';
import { sigstore } from '@slipway/artifacts/technologies/sigstore';
import { capabilities as catalog } from '@slipway/catalog';
import { slipwayPortal } from '@slipway/catalog/technologies/slipway-portal';
import { capabilities as certificates } from '@slipway/certificates';
import { certManager } from '@slipway/certificates/technologies/cert-manager';
import { capabilities as compute } from '@slipway/compute';
import { kubernetes } from '@slipway/compute/technologies/kubernetes';
import { blueprints, type Catalogue } from '@slipway/definition';
import { capabilities as delivery } from '@slipway/delivery';
import { argoCd } from '@slipway/delivery/technologies/argo-cd';
import { capabilities as identity } from '@slipway/identity';
import { keycloak } from '@slipway/identity/technologies/keycloak';
import { capabilities as network } from '@slipway/network';
import { gatewayApi } from '@slipway/network/technologies/gateway-api';
import { capabilities as policy } from '@slipway/policy';
import { validatingAdmissionPolicy } from '@slipway/policy/technologies/validating-admission-policy';
import { capabilities as source } from '@slipway/source';
import { gitea } from '@slipway/source/technologies/gitea';
import { capabilities as workflows } from '@slipway/workflows';
import { argoWorkflows } from '@slipway/workflows/technologies/argo-workflows';

/** The one list of what a platform can be made of. */
export function catalogue(): Catalogue {
  return {
    blueprints: blueprints(),
    capabilities: [
      ...compute,
      ...certificates,
      ...identity,
      ...network,
      ...source,
      ...artifacts,
      ...workflows,
      ...delivery,
      ...policy,
      ...catalog,
    ],
    technologies: [
      kubernetes,
      certManager,
      keycloak,
      gatewayApi,
      gitea,
      ociRegistry,
      sigstore,
      argoWorkflows,
      argoCd,
      validatingAdmissionPolicy,
      slipwayPortal,
    ],
  };
}
