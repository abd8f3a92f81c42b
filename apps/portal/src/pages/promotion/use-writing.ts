import { messageOf } from '@slipway/api';
import { useState } from 'react';

/** One write at a time, with what went wrong in the last one. */
export function useWriting<T>(then: (made: T) => void) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const write = (make: () => Promise<T>) => {
    setBusy(true);
    setFailure(undefined);
    make()
      .then(then)
      .catch(error => setFailure(messageOf(error)))
      .finally(() => setBusy(false));
  };
  return { busy, failure, write };
}
