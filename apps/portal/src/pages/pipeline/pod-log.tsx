import { Code, Text } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { useEffect, useState } from 'react';
import { client } from '../../api/client.ts';
import { Problem } from '../../ui/notice.tsx';

/** The newest part of a log that a page keeps, in characters. */
const KEPT = 200_000;

/** A container's log, as it grows. */
export function PodLog({ namespace, pod, container }: { namespace: string; pod: string; container: string }) {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  useEffect(() => {
    const stop = new AbortController();
    const read = async () => {
      setText('');
      const options = { container, follow: true, signal: stop.signal };
      for await (const piece of client.logs({ namespace, name: pod }, options)) {
        if (stop.signal.aborted) return;
        setText(before => (before + piece).slice(-KEPT));
      }
    };
    read().catch(reason => {
      if (!stop.signal.aborted) setError(messageOf(reason));
    });
    return () => stop.abort();
  }, [namespace, pod, container]);
  if (error) return <Problem title="The log could not be read">{error}</Problem>;
  if (text === '') return <Text>It has written nothing yet.</Text>;
  return (
    <Code block className="log" tabIndex={0} role="region" aria-label={`Log of ${pod}`}>
      {text}
    </Code>
  );
}
