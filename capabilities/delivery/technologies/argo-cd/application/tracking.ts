import { type AnyObject, parseApiVersion } from '@slipway/api';

/** Says which Application an object belongs to (Argo CD's default since 3.0). */
export const TRACKING_ANNOTATION = 'argocd.argoproj.io/tracking-id';
/** Applications in this namespace are tracked by their bare name, others as `<namespace>_<name>`. */
export const CONTROL_NAMESPACE = 'argocd';

export interface ApplicationName {
  namespace: string;
  name: string;
}

/** The instance name of an Application, as it stands before the colon of a tracking id. */
function instanceName({ namespace, name }: ApplicationName): string {
  return namespace === CONTROL_NAMESPACE ? name : `${namespace}_${name}`;
}

/** `<instance>:<group>/<kind>:<namespace>/<name>` */
export function trackingId(application: ApplicationName, object: AnyObject, namespace: string): string {
  const { group } = parseApiVersion(object.apiVersion);
  return `${instanceName(application)}:${group}/${object.kind}:${namespace}/${object.metadata.name}`;
}

/** The Application that a live object says it belongs to; undefined for copies whose id names another object. */
export function trackedBy(object: AnyObject): ApplicationName | undefined {
  const id = object.metadata.annotations?.[TRACKING_ANNOTATION];
  const [instance, kind, name] = id?.split(':') ?? [];
  if (!instance || !kind || !name) return undefined;
  const { group } = parseApiVersion(object.apiVersion);
  const own = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  if (kind !== `${group}/${object.kind}` || (name !== own && name.split('/')[1] !== object.metadata.name))
    return undefined;
  const at = instance.indexOf('_');
  return at < 0
    ? { namespace: CONTROL_NAMESPACE, name: instance }
    : { namespace: instance.slice(0, at), name: instance.slice(at + 1) };
}
