import assert from 'node:assert/strict';
import { Pod } from '@slipway/kinds';
import { eventsOf, keyOf, podOf, type Row, until } from './subject.ts';

const waitingOf = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0]?.state?.waiting;

/** Images that cannot be had. */
export const imageRows: Row[] = [
  {
    name: 'an image that cannot be pulled is ErrImagePull, then ImagePullBackOff, with upstream’s events',
    because: 'it is the first thing people look for',
    check: async subject => {
      const image = 'registry.slipway.internal/nobody/nothing:1';
      const pod = podOf(subject, { containers: [{ image }] });
      await subject.client.create(Pod, pod);
      await until(subject, pod, found => waitingOf(found)?.reason === 'ErrImagePull');
      const waiting = await until(subject, pod, found => waitingOf(found)?.reason === 'ImagePullBackOff');
      assert.equal(waiting.status?.phase, 'Pending');
      assert.match(waitingOf(waiting)?.message ?? '', new RegExp(`^Back-off pulling image "${image}"`));
      const events = (await eventsOf(subject, pod)).map(
        ({ type, reason, message }) => `${type} ${reason} ${message}`,
      );
      for (const text of [
        `Normal Pulling Pulling image "${image}"`,
        `Warning Failed Failed to pull image "${image}": `,
        'Warning Failed Error: ErrImagePull',
        `Normal BackOff Back-off pulling image "${image}"`,
      ]) {
        assert.ok(
          events.some(event => event.startsWith(text)),
          `${text}\n${events.join('\n')}`,
        );
      }
      await subject.client.delete(Pod, keyOf(subject, pod));
    },
  },
  {
    name: 'an image that is not here and may not be pulled is ErrImageNeverPull',
    because: 'imagePullPolicy: Never says so',
    check: async subject => {
      const pod = podOf(subject, { containers: [{ image: 'none.invalid/a:1', imagePullPolicy: 'Never' }] });
      await subject.client.create(Pod, pod);
      const waiting = await until(subject, pod, found => waitingOf(found)?.reason === 'ErrImageNeverPull');
      assert.match(waitingOf(waiting)?.message ?? '', /is not present with pull policy of Never/);
      await subject.client.delete(Pod, keyOf(subject, pod));
    },
  },
  {
    name: 'a name that no image can have is InvalidImageName',
    because: 'no registry needs to be asked to know it',
    check: async subject => {
      const pod = podOf(subject, { containers: [{ image: 'Upper/Case:1' }] });
      await subject.client.create(Pod, pod);
      await until(subject, pod, found => waitingOf(found)?.reason === 'InvalidImageName');
      await subject.client.delete(Pod, keyOf(subject, pod));
    },
  },
];
