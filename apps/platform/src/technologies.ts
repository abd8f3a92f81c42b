import { capabilities as artifacts } from '@slipway/artifacts';
import { harbor } from '@slipway/artifacts/technologies/harbor';
import { ociRegistry } from '@slipway/artifacts/technologies/oci-registry';
import { sigstore } from '@slipway/artifacts/technologies/sigstore';
import { zot } from '@slipway/artifacts/technologies/zot';
import { capabilities as catalog } from '@slipway/catalog';
import { backstage } from '@slipway/catalog/technologies/backstage';
import { slipwayPortal } from '@slipway/catalog/technologies/slipway-portal';
import { capabilities as certificates } from '@slipway/certificates';
import { certManager } from '@slipway/certificates/technologies/cert-manager';
import { capabilities as compute } from '@slipway/compute';
import { kubernetes } from '@slipway/compute/technologies/kubernetes';
import { capabilities as data } from '@slipway/data';
import { postgres } from '@slipway/data/technologies/postgres';
import { sparkOperator } from '@slipway/data/technologies/spark-operator';
import { blueprints, type Catalogue } from '@slipway/definition';
import { capabilities as delivery } from '@slipway/delivery';
import { argoCd } from '@slipway/delivery/technologies/argo-cd';
import { flux } from '@slipway/delivery/technologies/flux';
import { spinnaker } from '@slipway/delivery/technologies/spinnaker';
import { capabilities as identity } from '@slipway/identity';
import { keycloak } from '@slipway/identity/technologies/keycloak';
import { oidc } from '@slipway/identity/technologies/oidc';
import { capabilities as network } from '@slipway/network';
import { consul } from '@slipway/network/technologies/consul';
import { externalDns } from '@slipway/network/technologies/external-dns';
import { gatewayApi } from '@slipway/network/technologies/gateway-api';
import { ingressNginx } from '@slipway/network/technologies/ingress-nginx';
import { istio } from '@slipway/network/technologies/istio';
import { capabilities as observability } from '@slipway/observability';
import { grafana } from '@slipway/observability/technologies/grafana';
import { loki } from '@slipway/observability/technologies/loki';
import { opentelemetry } from '@slipway/observability/technologies/opentelemetry';
import { prometheus } from '@slipway/observability/technologies/prometheus';
import { capabilities as policy } from '@slipway/policy';
import { kyverno } from '@slipway/policy/technologies/kyverno';
import { validatingAdmissionPolicy } from '@slipway/policy/technologies/validating-admission-policy';
import { capabilities as provisioning } from '@slipway/provisioning';
import { cloudformation } from '@slipway/provisioning/technologies/cloudformation';
import { crossplane } from '@slipway/provisioning/technologies/crossplane';
import { terraform } from '@slipway/provisioning/technologies/terraform';
import { capabilities as secrets } from '@slipway/secrets';
import { externalSecrets } from '@slipway/secrets/technologies/external-secrets';
import { vault } from '@slipway/secrets/technologies/vault';
import { capabilities as source } from '@slipway/source';
import { gitea } from '@slipway/source/technologies/gitea';
import { github } from '@slipway/source/technologies/github';
import { gitlab } from '@slipway/source/technologies/gitlab';
import { capabilities as workflows } from '@slipway/workflows';
import { argoWorkflows } from '@slipway/workflows/technologies/argo-workflows';
import { jenkins } from '@slipway/workflows/technologies/jenkins';
import { tekton } from '@slipway/workflows/technologies/tekton';

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
      ...secrets,
      ...provisioning,
      ...data,
      ...observability,
      ...catalog,
    ],
    technologies: [
      kubernetes,
      certManager,
      keycloak,
      oidc,
      gatewayApi,
      gitea,
      github,
      gitlab,
      ociRegistry,
      harbor,
      zot,
      sigstore,
      argoWorkflows,
      tekton,
      jenkins,
      argoCd,
      flux,
      spinnaker,
      validatingAdmissionPolicy,
      slipwayPortal,
      backstage,
      ingressNginx,
      externalDns,
      consul,
      istio,
      externalSecrets,
      vault,
      crossplane,
      terraform,
      cloudformation,
      sparkOperator,
      postgres,
      prometheus,
      opentelemetry,
      grafana,
      loki,
      kyverno,
    ],
  };
}
