/** The Gateway that routes attach to unless they name another: `slipway` in `slipway-system`. */
export const GATEWAY = { namespace: 'slipway-system', name: 'slipway' } as const;
/** GatewayClass and IngressClass of the platform's own gateway. */
export const CLASS = 'slipway';
/** Hostnames below this one are stored in routes; people reach them below the platform's domain for apps. */
export const INTERNAL_APPS_DOMAIN = 'apps.slipway.internal';
