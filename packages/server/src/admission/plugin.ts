import { type KubeObject, StatusError } from '@slipway/api';
import type { Pod } from '@slipway/kinds';
import type { Admission, AdmissionCall } from '../http/seams.ts';

/** One step of admission. It looks at what it knows and leaves the rest alone. */
export interface AdmissionPlugin {
  name: string;
  mutate?(call: AdmissionCall): KubeObject | undefined | Promise<KubeObject | undefined>;
  validate?(call: AdmissionCall): void | Promise<void>;
}

/** Runs plugins in order; each sees what the one before it made. */
export function admissionChain(plugins: AdmissionPlugin[]): Admission {
  return {
    mutate: async call => {
      let { object } = call;
      for (const plugin of plugins) {
        object = (await plugin.mutate?.(object ? { ...call, object } : call)) ?? object;
      }
      return object;
    },
    validate: async call => {
      for (const plugin of plugins) await plugin.validate?.(call);
    },
  };
}

/** True for the resource `group/plural` itself, not for one of its subresources. */
export function isResource(call: AdmissionCall, group: string, plural: string): boolean {
  return call.subresource === undefined && call.info.kind.group === group && call.info.kind.plural === plural;
}

/** The pod of a call that makes one, as a copy that may be changed. */
export function newPod(call: AdmissionCall): Pod | undefined {
  if (call.operation !== 'CREATE' || !isResource(call, '', 'pods') || !call.object) return undefined;
  return structuredClone(call.object) as Pod;
}

/** `pods "web" is forbidden: …`, in upstream's words (apiserver/pkg/admission/errors.go). */
export function forbidden(
  call: AdmissionCall,
  message: string,
  causes?: { reason: string; message: string; field: string }[],
): StatusError {
  const { group, plural } = call.info.kind;
  const metadata = call.object?.metadata;
  const name = call.name || metadata?.name || (metadata?.generateName ?? '');
  const what = group === '' ? plural : `${plural}.${group}`;
  const quoted = name === '' ? what : `${what} "${name}"`;
  return new StatusError('Forbidden', `${quoted} is forbidden: ${message}`, {
    name,
    ...(group ? { group } : {}),
    kind: plural,
    ...(causes ? { causes } : {}),
  });
}
