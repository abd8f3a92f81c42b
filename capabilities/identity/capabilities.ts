// One capability: who somebody is and what they may do, by one OpenID Connect issuer and Kubernetes' RBAC.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'identity',
    title: 'Identity',
    purpose: 'One sign-in for every tool; a person removed here is out everywhere.',
    choice: 'one',
    kinds: [
      'User.identity.slipway.dev/v1alpha1',
      'Group.identity.slipway.dev/v1alpha1',
      'Token.identity.slipway.dev/v1alpha1',
      'OidcClient.identity.slipway.dev/v1alpha1',
      'Team.slipway.dev/v1alpha1',
    ],
    technologies: ['keycloak', 'oidc'],
  },
]);
